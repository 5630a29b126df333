package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the pages about the API server say that commands print. With {@code
 * -Dusher.golden.update=true} they are written anew.
 */
final class PagesIT {

  static final Path DOCS = Path.of("../docs");

  @TempDir private Path home;
  @TempDir private Path programs;

  @ParameterizedTest
  @ValueSource(strings = {"apiserver.md", "apiserver-library.md", "policies.md"})
  void commandsPrintWhatThePageSays(String name) throws IOException {
    compare(name);
  }

  /** In a cluster with an aggregator, whose administrator the user is. */
  @Test
  void commandsInAClusterPrintWhatThePageSays(@TempDir Path work) throws IOException {
    Path assets = Path.of(System.getProperty("usher.e2e.assets"));
    try (var kube = Aggregation.create(work).start(assets, work)) {
      Files.createDirectories(home.resolve(".kube"));
      Files.writeString(home.resolve(".kube/config"), kube.kubeconfig());
      compare("aggregation.md");
    }
  }

  private void compare(String name) throws IOException {
    String said = Files.readString(DOCS.resolve(name));
    try (var transcript = new Transcript(home, path())) {
      requireSame(name, said, transcript.run(said));
    }
  }

  /** What a page says is what was printed now, but for what is another in each run. */
  static void requireSame(String name, String said, String printed) throws IOException {
    if (Boolean.getBoolean("usher.golden.update")) {
      Path page = DOCS.resolve(name);
      Files.writeString(page, Files.readString(page).replace(said, printed));
    } else {
      List<String> now = masked(printed).lines().toList();
      List<String> before = masked(said).lines().toList();
      for (int i = 0; i < Math.min(now.size(), before.size()); i++) {
        assertThat(now.get(i)).as("%s, line %d", name, i + 1).isEqualTo(before.get(i));
      }
      assertThat(now).as(name).hasSameSizeAs(before);
    }
  }

  /** With {@code usher}, kubectl and this JVM's {@code java} before all others. */
  private String path() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin");
    Path server = Path.of(System.getProperty("usher.e2e.server")).toRealPath();
    Files.copy(server, home.resolve("usher.jar"));
    Path usher =
        Files.writeString(
            programs.resolve("usher"), "#!/bin/sh\nexec java -jar '" + server + "' \"$@\"\n");
    Files.setPosixFilePermissions(usher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return String.join(
        ":",
        programs.toString(),
        java.toString(),
        System.getProperty("usher.e2e.assets"),
        System.getenv("PATH"));
  }

  /** Without what is another in each run. */
  private static String masked(String page) {
    return page.replaceAll("127\\.0\\.0\\.1:\\d{4,5}", "127.0.0.1:PORT")
        .replaceAll("usher-apiserver\\d+", "usher-apiserverN")
        .replaceAll("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "UID")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "TIME")
        .replaceAll("(resourceVersion\"?: ?)\"?\\d+\"?", "$1VERSION")
        // a decision's name, and what a rule counts
        .replaceAll("\\b[0-9a-z]{10,11}-[0-9a-f]{8}-[0-9a-f]+ +", "DECISION ")
        .replaceAll("(?m)^NAME +(DECISION |CALLS ).*", "NAME $1")
        .replaceAll("(?m)( +\\d+){4}( +[\\d.]+m?s)* +closed$", " COUNTS closed")
        // an age, and how far it is from the column before it
        .replaceAll(" +((\\d+m)?\\d+s|\\d+m)\\b", " AGE")
        .replaceAll("(?m) +$", "");
  }
}
