package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.config.Setting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {

  @TempDir private Path directory;

  @Test
  void helpTellsEverySettingWithItsDefault() {
    var text = new StringWriter();
    int code = Usher.commandLine("serve").setOut(new PrintWriter(text)).execute("serve", "--help");
    assertThat(code).isZero();
    // Lines are wrapped, so what is looked for may be on two of them.
    String help = text.toString().replaceAll("\\s+", " ");
    for (Setting<?> setting : ServeCommand.SETTINGS) {
      // In brackets where the value may be left out.
      assertThat(help)
          .containsAnyOf(
              setting.flag() + "=" + setting.label(),
              setting.flag() + "[=" + setting.label() + "]");
      assertThat(help).contains(setting.help());
      if (setting.defaultText() != null) {
        assertThat(help).contains("default: " + setting.defaultText());
      }
    }
    assertThat(help).contains("USHER_HEADER_TIMEOUT", "headerTimeout");
    ExitCode.table().values().forEach(meaning -> assertThat(help).contains(meaning));
  }

  @Test
  void aBadRuleJarIsTheUsersError() throws Exception {
    Path jar = Files.writeString(directory.resolve("bad.jar"), "no jar");
    var text = new StringWriter();
    int code =
        Usher.commandLine("serve")
            .setErr(new PrintWriter(text))
            .execute(
                "serve",
                "--rules",
                jar.toString(),
                "--dev-certs",
                directory.resolve("tls").toString());
    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(text.toString()).startsWith("usher serve: bad.jar: ");
  }
}
