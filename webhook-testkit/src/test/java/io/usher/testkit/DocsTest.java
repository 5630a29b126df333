package io.usher.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pieces of the page on reads compile, and declare nothing that is refused; those of the page
 * on conversion are a sample that is tested.
 */
class DocsTest {

  private static final Path PAGE = Path.of("..", "docs", "reads.md");

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  private static final String IMPORTS =
      """
      import static io.usher.admission.Operation.*;
      import io.fabric8.kubernetes.api.model.*;
      import io.fabric8.kubernetes.api.model.networking.v1.*;
      import io.usher.cluster.*;
      import io.usher.rule.*;
      import io.usher.testkit.*;
      import java.util.Collection;

      """;

  @TempDir private Path folder;

  @Test
  void piecesOfThePageOnReadsCompile() throws IOException {
    List<String> pieces =
        JAVA.matcher(Files.readString(PAGE)).results().map(piece -> piece.group(1)).toList();
    assertThat(pieces).hasSize(3);
    String test =
        """
        class Test {
          record Labeling(Lister<Namespace> namespaces) {}

          void test() {
            %s
          }
        }
        """
            .formatted(pieces.get(2));

    compile(
        write("Ingresses", pieces.get(0)),
        write("Certificates", pieces.get(1)),
        write("Test", test));
  }

  @Test
  void piecesOfThePageOnConversionAreItsSample() throws IOException {
    List<String> pieces =
        JAVA.matcher(Files.readString(Path.of("..", "docs", "conversion.md")))
            .results()
            .map(piece -> piece.group(1))
            .toList();
    Path sample = Path.of("src", "test", "java", "com", "example", "crontabs");
    String test = pieces.get(1);

    assertThat(Files.readString(sample.resolve("CronTabs.java"))).endsWith(pieces.get(0));
    assertThat(Files.readString(sample.resolve("CronTabsTest.java")))
        .contains(test.substring(0, test.lastIndexOf('}')));
  }

  private String write(String type, String piece) throws IOException {
    return Files.writeString(folder.resolve(type + ".java"), IMPORTS + piece).toString();
  }

  private void compile(String... files) {
    var arguments =
        new ArrayList<>(
            List.of(
                "-Werror",
                "-Xlint:all,-classfile,-processing",
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path")));
    arguments.addAll(List.of(files));
    var output = new ByteArrayOutputStream();
    int exitCode =
        ToolProvider.getSystemJavaCompiler()
            .run(null, output, output, arguments.toArray(String[]::new));

    assertThat(exitCode).as(output.toString()).isZero();
  }
}
