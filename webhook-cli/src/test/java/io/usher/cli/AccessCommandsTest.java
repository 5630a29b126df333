package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code usher can-i} and {@code usher who-can}; docs/access.md shows what they print. */
class AccessCommandsTest {

  private static final Path PAGE = Path.of("..", "docs", "access.md");
  private static final Pattern FILE =
      Pattern.compile("`(\\S+)`:\n\n```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CONSOLE =
      Pattern.compile("```console\n\\$ usher (.*?)\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Usher.commandLine(arguments)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** A command of the page, its file's name made that of a file that is there. */
  private int runInFolder(String command) {
    String[] arguments = command.split(" ");
    for (int i = 1; i < arguments.length; i++) {
      if (arguments[i - 1].equals("-f")) {
        arguments[i] = folder.resolve(arguments[i]).toString();
      }
    }
    return run(arguments);
  }

  private String writeFiles(String page) throws Exception {
    Matcher file = FILE.matcher(page);
    while (file.find()) {
      Files.writeString(folder.resolve(file.group(1)), file.group(2));
    }
    return page;
  }

  @Test
  void pageShowsWhatTheCommandsPrint() throws Exception {
    String page = writeFiles(Files.readString(PAGE));
    var written = new StringBuilder();
    Matcher console = CONSOLE.matcher(page);
    while (console.find()) {
      out.getBuffer().setLength(0);
      runInFolder(console.group(1));
      console.appendReplacement(
          written,
          Matcher.quoteReplacement("```console\n$ usher " + console.group(1) + '\n' + out + "```"));
    }
    console.appendTail(written);
    assertThat(err.toString()).isEmpty();
    if (Boolean.getBoolean("usher.golden.update")) {
      Files.writeString(PAGE, written);
    } else {
      assertThat(page).isEqualTo(written.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          get pods -n other --as alice --as-group devs       | no
          get pods --as alice --as-group devs                | no
          get nodes -n shop --as alice --as-group devs       | no
          get /healthz --as alice                            | yes
          get /metrics --as alice                            | no
          delete nodes --as root --as-group system:masters   | yes
          list pods -n shop --as alice --as-group devs       | yes
          get configmaps/web -n shop --as system:serviceaccount:shop:ci | no
          get deployments.apps/web -n shop --as system:serviceaccount:shop:ci | yes
          """)
  void answerIsYesOrNo(String question, String answer) throws Exception {
    writeFiles(Files.readString(PAGE));
    assertThat(runInFolder("can-i " + question + " -f rbac.yaml"))
        .isEqualTo(answer.equals("yes") ? ExitCode.OK : ExitCode.FAILED);
    assertThat(out.toString().lines().findFirst()).hasValue(answer);
  }

  @Test
  void roleThatIsMissingIsNamed() throws Exception {
    Files.writeString(
        folder.resolve("b.yaml"),
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: b}
        roleRef: {kind: Role, name: gone}
        subjects: [{kind: User, name: alice}]
        """);
    assertThat(runInFolder("can-i get pods -n default --as alice -f b.yaml"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(out.toString())
        .isEqualTo("no\n  RBAC: role.rbac.authorization.k8s.io \"gone\" not found\n");
  }

  @Test
  void singularIsNotTakenForAResource() throws Exception {
    writeFiles(Files.readString(PAGE));
    runInFolder("who-can get widget -f rbac.yaml");
    assertThat(err.toString()).contains("widget is no resource of Kubernetes' own");
    assertThat(out.toString()).contains("cluster-admin");
  }

  @Test
  void pathIsInNoNamespace() {
    assertThat(run("who-can", "get", "/nowhere", "-n", "shop", "-f", folder.toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("/nowhere is a path: leave -n and --subresource out");
  }
}
