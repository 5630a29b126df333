package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.rules.ConfiguredRules;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is configured for rules, from each command to a cluster. */
class RuleConfigOptionIT {

  private static final String CONFIG = "configured.example.com:\n  team: red # {{ not Helm's }}\n";

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path rules;
  private Path config;

  @BeforeEach
  void write() throws Exception {
    rules = RuleFolder.write(directory, ConfiguredRules.class, ConfiguredRules.Config.class);
    config = Files.writeString(directory.resolve("rules.yaml"), CONFIG);
  }

  @Test
  void manifestsCarryItIntoTheClusterAsAMountedConfigMap() throws Exception {
    assertThat(manifests("--rule-config", config.toString())).as(err.toString()).isZero();

    JsonNode map = YAML.readTree(directory.resolve("out/base/configmap.yaml").toFile());
    assertThat(map.at("/metadata/name").asText()).isEqualTo("team-rules");
    assertThat(map.at("/data/rules.yaml").asText()).isEqualTo(CONFIG);
    JsonNode pod =
        YAML.readTree(directory.resolve("out/base/deployment.yaml").toFile())
            .at("/spec/template/spec");
    assertThat(pod.at("/containers/0/args"))
        .extracting(JsonNode::asText)
        .contains("--rule-config=/etc/usher/rules/rules.yaml");
    assertThat(pod.at("/containers/0/volumeMounts"))
        .anySatisfy(
            mount -> {
              assertThat(mount.path("name").asText()).isEqualTo("rules");
              assertThat(mount.path("mountPath").asText()).isEqualTo("/etc/usher/rules");
            });
    assertThat(pod.at("/volumes"))
        .anySatisfy(
            volume -> assertThat(volume.at("/configMap/name").asText()).isEqualTo("team-rules"));
    assertThat(directory.resolve("out/charts/server/templates/server.yaml"))
        .content()
        .contains("{{ \"{{\" }} not Helm's");
  }

  @Test
  void withoutAConfigurationThereIsNoConfigMap() throws Exception {
    config = Files.writeString(directory.resolve("rules.yaml"), "");
    assertThat(manifests()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .startsWith(
            "usher manifests: rules: rule configuration configured.example.com.team is missing");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void reviewConfiguresItsRules() throws Exception {
    Path pod =
        Files.writeString(
            directory.resolve("pod.yaml"),
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec: {containers: [{name: web, image: "web:1"}]}
            """);
    assertThat(
            run(
                "review",
                "--rules",
                rules.toString(),
                "--rule-config",
                config.toString(),
                "-f",
                pod.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("example.com/team: red");
  }

  private int manifests(String... more) {
    var words =
        new ArrayList<>(
            List.of(
                "manifests",
                "--rules",
                rules.toString(),
                "--name",
                "team",
                "--image",
                "localhost/team:1",
                "--out",
                directory.resolve("out").toString()));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private int run(String... words) {
    return Usher.commandLine(words[0])
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }
}
