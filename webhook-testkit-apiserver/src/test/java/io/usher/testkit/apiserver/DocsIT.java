package io.usher.testkit.apiserver;

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
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The tests of the page on API servers compile and pass, with the rules of the README. */
class DocsIT {

  private static final Path README = Path.of("..", "README.md");
  private static final Path PAGE = Path.of("..", "docs", "testing-with-an-api-server.md");

  /** A file's name in backquotes, and below it the file. */
  private static final Pattern FILE =
      Pattern.compile("`src/\\w+/java/([\\w/]+\\.java)`[^`]*?```java\\n(.*?)```", Pattern.DOTALL);

  private static final Pattern MANIFEST =
      Pattern.compile(
          "`src/test/resources/([\\w/-]+\\.yaml)`[^`]*?```yaml\\n(.*?)```", Pattern.DOTALL);

  private static final Path LIBRARY = Path.of("..", "docs", "apiserver-library.md");

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void testsOfThePagePass() throws IOException, ClassNotFoundException {
    Map<String, String> files = files(PAGE);
    files.put("com/example/TeamRules.java", files(README).get("com/example/TeamRules.java"));
    compile(files);

    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      for (String name : List.of("TeamRulesIT", "CollaboratorsIT", "FaultsIT")) {
        EngineTestKit.engine("junit-jupiter")
            .selectors(DiscoverySelectors.selectClass(loader.loadClass("com.example." + name)))
            .execute()
            .allEvents()
            .assertStatistics(statistics -> statistics.failed(0));
      }
    }
  }

  @Test
  void testsOfThePageOnPoliciesPass() throws IOException, ClassNotFoundException {
    Path page = Path.of("..", "docs", "policies.md");
    compile(files(page));
    var manifest = MANIFEST.matcher(Files.readString(page));
    while (manifest.find()) {
      Files.writeString(folder.resolve(manifest.group(1)), manifest.group(2));
    }

    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      EngineTestKit.engine("junit-jupiter")
          .selectors(
              DiscoverySelectors.selectClass(loader.loadClass("com.example.NoLatestIT")),
              DiscoverySelectors.selectClass(loader.loadClass("com.example.KeepIT")))
          .execute()
          .testEvents()
          .assertStatistics(statistics -> statistics.succeeded(5).failed(0));
    }
  }

  @Test
  void readmeShowsATestOfThePage() throws IOException {
    String shown =
        Files.readString(README)
            .split("docs/testing-with-an-api-server.md", 2)[1]
            .split("```java\n", 2)[1]
            .split("```", 2)[0];
    String test = shown.substring(0, shown.lastIndexOf('}')).strip();

    assertThat(files(PAGE).get("com/example/TeamRulesIT.java")).contains(test);
  }

  /**
   * The page's first piece is a whole program, which PagesIT runs; the last one needs
   * webhook-apiserver-etcd, whose LibraryPageTest compiles it.
   */
  @Test
  void piecesOfTheLibrarysPageCompile() throws IOException {
    List<String> pieces =
        JAVA.matcher(Files.readString(LIBRARY)).results().map(piece -> piece.group(1)).toList();
    assertThat(pieces).hasSize(5);
    String all =
        """
        import com.fasterxml.jackson.databind.node.ObjectNode;
        import io.usher.apiserver.ApiServer;
        import io.usher.apiserver.api.ApiRequest;
        import io.usher.apiserver.api.ApiResponse;
        import io.usher.apiserver.api.ResourceType;
        import io.usher.apiserver.api.SelectableField;
        import io.usher.apiserver.api.ServedVersion;
        import io.usher.apiserver.api.Strategy;
        import io.usher.apiserver.api.Subresource;
        import io.usher.apiserver.authn.TokenFile;
        import io.usher.apiserver.authz.AlwaysAllow;
        import io.usher.patch.FieldManager;
        import io.usher.patch.PatchSchema;
        import io.usher.patch.ServerSideApply;
        import io.usher.patch.StructSchema;
        import java.nio.file.Path;
        import java.time.Clock;
        import java.util.List;
        import java.util.concurrent.CompletionStage;

        class Pieces {
          static class Gadgets implements Strategy {}

          void of(ResourceType another) throws Exception {
            %s
            %s
          }

          void of(ObjectNode live, ObjectNode applied, ObjectNode changed, Clock clock) {
            %s
          }
        }
        """
            .formatted(pieces.get(1), pieces.get(3), pieces.get(2));
    compile(Map.of("Pieces.java", all));
  }

  private static Map<String, String> files(Path page) throws IOException {
    var files = new TreeMap<String, String>();
    var matcher = FILE.matcher(Files.readString(page));
    while (matcher.find()) {
      files.put(matcher.group(1), matcher.group(2));
    }
    return files;
  }

  private void compile(Map<String, String> files) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "-Werror",
                "-Xlint:all,-classfile,-processing",
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path")));
    for (var file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      arguments.add(Files.writeString(path, file.getValue()).toString());
    }
    var output = new ByteArrayOutputStream();
    int exitCode =
        ToolProvider.getSystemJavaCompiler()
            .run(null, output, output, arguments.toArray(String[]::new));
    assertThat(exitCode).as(output.toString()).isZero();
  }
}
