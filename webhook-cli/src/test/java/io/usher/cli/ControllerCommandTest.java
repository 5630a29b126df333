package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.rules.ServedRules;
import io.usher.config.Setting;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerCommandTest {

  @TempDir private Path directory;

  @Test
  void helpTellsEverySetting() {
    var text = new StringWriter();
    int code =
        Usher.commandLine("controller")
            .setOut(new PrintWriter(text))
            .execute("controller", "--help");
    assertThat(code).isZero();
    String help = text.toString().replaceAll("\\s+", " ");
    for (Setting<?> setting : ControllerCommand.SETTINGS) {
      assertThat(help).contains(setting.flag(), setting.label(), setting.help());
    }
    assertThat(help).contains("--lease-duration: leaseDuration", "USHER_LEASE_DURATION");
  }

  @Test
  void rulesWithoutHandlersAreTheUsersError() throws Exception {
    var text = new StringWriter();
    int code =
        Usher.commandLine("controller")
            .setErr(new PrintWriter(text))
            .execute(
                "controller", "--rules", RuleFolder.write(directory, ServedRules.class).toString());
    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(text)
        .hasToString(
            "usher controller: rules: [served.example.com] have no handlers, so the controller has"
                + " nothing to do; add --initialize, or a rule class with a method that is @OnAdded,"
                + " @OnUpdated, @OnDeleted or @Reconciling"
                + System.lineSeparator());
  }
}
