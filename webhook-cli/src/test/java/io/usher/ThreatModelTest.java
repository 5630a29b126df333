package io.usher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that docs/threat-model.md names are there, and no threat or mitigation is missing. */
class ThreatModelTest {

  private static final Path ROOT = Path.of("..");

  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

  @Test
  void eachNamedTestExists() throws IOException {
    Map<String, Path> classes = testClasses();
    List<String> missing =
        TEST.matcher(text())
            .results()
            .map(test -> missing(test.group(1), test.group(2), classes))
            .filter(name -> !name.isEmpty())
            .toList();

    assertThat(missing).isEmpty();
  }

  @Test
  void eachThreatAndMitigationHasOneRow() throws IOException {
    String text = text();
    int mitigations = text.indexOf("## The mitigations");

    assertThat(numbers(text.substring(0, mitigations))).isEqualTo(upTo(18));
    assertThat(numbers(text.substring(mitigations))).isEqualTo(upTo(10));
  }

  private static String missing(String type, String method, Map<String, Path> classes) {
    Path file = classes.get(type);
    try {
      boolean there = file != null && Files.readString(file).contains("void " + method + "(");
      return there ? "" : type + "." + method;
    } catch (IOException e) {
      throw new IllegalStateException("read " + file, e);
    }
  }

  private static Map<String, Path> testClasses() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(ThreatModelTest::sources)
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  Function.identity(),
                  (one, other) -> one));
    }
  }

  private static Stream<Path> sources(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new IllegalStateException("list " + folder, e);
    }
  }

  private static List<Integer> numbers(String text) {
    Matcher row = Pattern.compile("(?m)^\\| (\\d+) \\|").matcher(text);
    return row.results().map(result -> Integer.parseInt(result.group(1))).toList();
  }

  private static List<Integer> upTo(int last) {
    return Stream.iterate(1, number -> number + 1).limit(last).toList();
  }

  private static String text() throws IOException {
    return Files.readString(ROOT.resolve("docs/threat-model.md"));
  }
}
