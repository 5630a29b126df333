package io.usher.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the pages on authentication and authorization, and their tests, do as is said. */
class DoorDocsTest {

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  private static final String IMPORTS =
      """
      import static java.nio.charset.StandardCharsets.UTF_8;
      import static org.assertj.core.api.Assertions.assertThat;
      import io.usher.admission.*;
      import io.usher.authentication.*;
      import io.usher.authorization.*;
      import io.usher.rule.*;
      import io.usher.testkit.*;
      import java.security.*;
      import java.util.*;
      import javax.crypto.*;
      import javax.crypto.spec.*;

      """;

  @TempDir private Path folder;

  @Test
  void sampleOfAuthenticationPassesItsTest() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes(UTF_8), "HmacSHA256"));

    run(
        "authentication.md",
        "Staff",
        HexFormat.of().formatHex(mac.doFinal("alice".getBytes(UTF_8))));
  }

  @Test
  void sampleOfAuthorizationPassesItsTest() throws Exception {
    run("authorization.md", "Agents", "");
  }

  /** Compiles a page's two pieces, a class and the body of a test, and runs the latter. */
  private void run(String page, String type, String mac) throws Exception {
    List<String> pieces =
        JAVA.matcher(Files.readString(Path.of("..", "docs", page)))
            .results()
            .map(piece -> piece.group(1))
            .toList();
    assertThat(pieces).hasSize(2);
    write(type, pieces.get(0));
    write(
        "PageTest",
        "public class PageTest { public static void run(String mac) {\n" + pieces.get(1) + "}}");
    compile(type, "PageTest");

    try (var loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      loader.loadClass("PageTest").getMethod("run", String.class).invoke(null, mac);
    }
  }

  private void write(String type, String piece) throws Exception {
    Files.writeString(folder.resolve(type + ".java"), IMPORTS + piece);
  }

  private void compile(String... types) {
    var arguments = new ArrayList<>(List.of("-Werror", "-d", folder.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), "-proc:none"));
    for (String type : types) {
      arguments.add(folder.resolve(type + ".java").toString());
    }
    var output = new ByteArrayOutputStream();
    int exitCode =
        ToolProvider.getSystemJavaCompiler()
            .run(null, output, output, arguments.toArray(String[]::new));

    assertThat(exitCode).as(output.toString()).isZero();
  }
}
