package io.usher.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryPageTest {

  private static final Path PAGE = Path.of("..", "docs", "apiserver-library.md");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void pieceOfTheLibrarysPageOnEtcdCompiles() throws IOException {
    List<String> pieces =
        JAVA.matcher(Files.readString(PAGE))
            .results()
            .map(piece -> piece.group(1))
            .filter(piece -> piece.contains("EtcdStorage"))
            .toList();
    assertThat(pieces).hasSize(1);
    Path source = folder.resolve("Piece.java");
    Files.writeString(
        source,
        """
        import io.usher.apiserver.storage.Storage;
        import io.usher.apiserver.storage.etcd.EtcdConfig;
        import io.usher.apiserver.storage.etcd.EtcdStorage;
        import java.net.URI;
        import java.nio.file.Path;
        import java.util.List;

        class Piece {
          void run() {
            %s
          }
        }
        """
            .formatted(pieces.get(0)));
    var output = new ByteArrayOutputStream();
    int exitCode =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                output,
                output,
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(exitCode).as(output.toString()).isZero();
  }
}
