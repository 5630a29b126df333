package io.usher.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * The README's first rule and the handlers of their page compile, with the annotation processor,
 * and their tests pass.
 */
class ReadmeTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Path HANDLERS = Path.of("..", "docs", "handlers.md");

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  /** A file's name in backquotes, and somewhere below it the file. */
  private static final Pattern FILE =
      Pattern.compile(
          "`src/\\w+/java/([\\w/]+\\.java)`[^`]*?(?:\\[[^`]*?)?```java\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void firstRuleCompilesAndItsTestPasses() throws IOException, ClassNotFoundException {
    Map<String, String> files = files();
    assertThat(files)
        .containsOnlyKeys("com/example/TeamRules.java", "com/example/TeamRulesTest.java");

    compile(files);

    assertPasses("com.example.TeamRulesTest", 2);
    assertThat(folder.resolve("META-INF/usher/rules.json")).isRegularFile();
  }

  @Test
  void handlersOfTheirPageCompileAndTheirTestPasses() throws IOException, ClassNotFoundException {
    List<String> pieces =
        JAVA.matcher(Files.readString(HANDLERS)).results().map(piece -> piece.group(1)).toList();
    String imports =
        """
        package com.example;

        import static io.usher.admission.Operation.CREATE;
        import static org.junit.jupiter.api.Assertions.assertEquals;

        import io.fabric8.kubernetes.api.model.*;
        import io.fabric8.kubernetes.api.model.apps.*;
        import io.usher.cluster.*;
        import io.usher.rule.*;
        import io.usher.testkit.ClusterFixture;
        import io.usher.webhook.*;
        import java.time.Duration;
        import java.util.*;
        import org.junit.jupiter.api.Test;

        """;
    compile(
        Map.of(
            "com/example/Teams.java", imports + pieces.get(0),
            "com/example/Exposed.java", imports + pieces.get(1),
            "com/example/Looked.java", imports + pieces.get(2),
            "com/example/TeamsTest.java", imports + pieces.get(3)));

    assertPasses("com.example.TeamsTest", 1);
  }

  private void assertPasses(String test, int methods) throws IOException, ClassNotFoundException {
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      EngineTestKit.engine("junit-jupiter")
          .selectors(DiscoverySelectors.selectClass(loader.loadClass(test)))
          .execute()
          .testEvents()
          .assertStatistics(statistics -> statistics.started(methods).succeeded(methods));
    }
  }

  private static Map<String, String> files() throws IOException {
    var files = new TreeMap<String, String>();
    var matcher = FILE.matcher(Files.readString(README));
    while (matcher.find()) {
      files.put(matcher.group(1), matcher.group(2));
    }
    return files;
  }

  private void compile(Map<String, String> files) throws IOException {
    var arguments =
        new ArrayList<>(List.of("-proc:full", "-Werror", "-Xlint:all,-classfile,-processing"));
    if (Runtime.version().feature() < 21) {
      arguments.remove("-proc:full");
    }
    arguments.addAll(
        List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
    for (var file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      arguments.add(Files.writeString(path, file.getValue()).toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var output = new ByteArrayOutputStream();
    int exitCode = compiler.run(null, output, output, arguments.toArray(String[]::new));
    assertThat(exitCode).as(output.toString()).isZero();
  }
}
