package io.usher.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.benchmarks.rules.TreeRule;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleJarTest {

  @TempDir private Path directory;

  @Test
  void holdsTheRuleAndAnIndexOfIt() throws Exception {
    try (var jar = new JarFile(RuleJar.make(TreeRule.class, directory).toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .containsExactlyInAnyOrder(
              "io/usher/benchmarks/rules/TreeRule.class", "META-INF/usher/rules.json");
      var index =
          new ObjectMapper()
              .readTree(jar.getInputStream(jar.getEntry("META-INF/usher/rules.json")));
      assertThat(index.path("classes"))
          .singleElement()
          .asString()
          .contains(TreeRule.class.getName());
    }
  }
}
