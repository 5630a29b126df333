package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generated manifests: what the API server, kustomize and helm make of them. */
@ExtendWith(ClusterExtension.class)
final class ManifestsIT {

  private static final Path MANIFESTS = Path.of("..", "manifests").toAbsolutePath().normalize();
  private static final String SELF_MANAGED = "overlays/self-managed/authority.yaml";
  private static final int GO_IS_MISSING = 3;
  private static final Pattern KUSTOMIZATION =
      Pattern.compile("`kustomization\\.yaml`:\n\n```yaml\n(.*?)```", Pattern.DOTALL);
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Kubectl kubectl;

  ManifestsIT(Kubectl kubectl) {
    this.kubectl = kubectl;
  }

  /** The namespace must be there even for a dry run, and so must what defines a custom resource. */
  @BeforeAll
  static void createWhatADryRunNeeds(Kubectl kubectl) throws Exception {
    for (String definitions : definitions()) {
      apply(kubectl, definitions);
    }
    apply(kubectl, Files.readString(MANIFESTS.resolve("base/namespace.yaml")));
    assertThat(
            kubectl.run("", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"))
        .extracting(Kubectl.Output::exitCode)
        .isEqualTo(0);
  }

  @Test
  void apiServerKnowsEveryFieldOfEveryObject() throws IOException {
    for (String yaml :
        new String[] {
          plain("server"), plain("monitoring"), plain("register"), read(SELF_MANAGED)
        }) {
      requireKnown(yaml);
    }
  }

  @Test
  void apiServerKnowsEveryFieldOfAController() throws IOException {
    Map<String, String> manifests = ControlledRules.manifests("labeler").contents();
    for (String file : new String[] {"server", "monitoring", "flow-control"}) {
      requireKnown(manifests.get("plain/" + file + ".yaml"));
    }
  }

  private void requireKnown(String yaml) throws IOException {
    Kubectl.Output output =
        kubectl.run(
            yaml, "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-");

    assertThat(output.err()).isEmpty();
    assertThat(output.out().lines()).hasSize(objects(yaml).size());
  }

  @Test
  void kustomizeAndHelmGiveTheSameController(@TempDir Path folder) throws Exception {
    ControlledRules.manifests("labeler").writeTo(folder);
    Map<String, JsonNode> plain = objects(Files.readString(folder.resolve("plain/server.yaml")));
    assertThat(objects(run("kustomize", folder.resolve("overlays/cert-manager").toString())))
        .isEqualTo(plain);

    plain.keySet().removeIf(name -> name.startsWith("Namespace/"));
    plain.putAll(objects(Files.readString(folder.resolve("plain/flow-control.yaml"))));
    assertThat(objects(template(helm(), folder, "server", "--set", "flowControl=true")))
        .isEqualTo(plain);
  }

  @Test
  void anUnknownFieldIsRefused() throws IOException {
    for (String field : new String[] {"duration", "interval", "rotationPolicy", "expr"}) {
      String yaml =
          (plain("server") + "---\n" + plain("monitoring")).replace(field + ":", "unknown:");

      Kubectl.Output output =
          kubectl.run(
              yaml, "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-");

      assertThat(output.err()).contains("unknown");
    }
  }

  @Test
  void kustomizeGivesThePlainYaml() throws IOException {
    assertThat(objects(kustomize("overlays/cert-manager"))).isEqualTo(objects(plain("server")));
    assertThat(objects(kustomize("overlays/cert-manager/register")))
        .isEqualTo(objects(plain("register")));
  }

  @Test
  void selfManagedOverlayIsTheServerAndTheAuthority() throws IOException {
    Map<String, JsonNode> expected = objects(kustomize("base"));
    expected.putAll(objects(read(SELF_MANAGED)));

    assertThat(objects(kustomize("overlays/self-managed"))).isEqualTo(expected);
  }

  /** The one of a Secret reads the files of the certificate itself, nothing is copied. */
  @ParameterizedTest
  @CsvSource({"secret, certificate", "self-managed, register"})
  void overlayGivesTheCaToEachEntry(String overlay, String folder) throws IOException {
    Path copy = Files.createTempDirectory("manifests");
    copyManifests(copy);
    Path overlays = copy.resolve("overlays").resolve(overlay);
    for (String file : List.of("ca.crt", "tls.crt", "tls.key")) {
      Files.writeString(overlays.resolve(folder).resolve(file), "ABC");
    }

    String yaml = run("kustomize", overlays.resolve("register").toString());
    Map<String, JsonNode> objects = objects(yaml);

    assertThat(objects).hasSize(2);
    objects
        .values()
        .forEach(
            object ->
                assertThat(object.get("webhooks"))
                    .isNotEmpty()
                    .allSatisfy(
                        webhook ->
                            assertThat(webhook.at("/clientConfig/caBundle").asText())
                                .isEqualTo("QUJD")));
    assertThat(lint(yaml)).startsWith("no findings");
  }

  private static void copyManifests(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(MANIFESTS)) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(MANIFESTS.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** As the page tells a user to have it. */
  private String serverWithApi(Path folder) throws IOException {
    Matcher told = KUSTOMIZATION.matcher(Files.readString(Path.of("../docs/decisions.md")));
    assertThat(told.find()).isTrue();
    copyManifests(folder.resolve("manifests"));
    Files.writeString(folder.resolve("kustomization.yaml"), told.group(1));
    return run("kustomize", folder.toString());
  }

  @Test
  void apiServerKnowsEveryFieldOfAServerWithApi(@TempDir Path folder) throws IOException {
    String server = serverWithApi(folder);
    requireKnown(server);
    requireKnown(kustomize("overlays/cert-manager/api"));
    JsonNode usher =
        objects(server).get("Deployment/labeler").at("/spec/template/spec/containers/0");
    assertThat(usher.path("args")).contains(TextNode.valueOf("--api=true"));
    assertThat(usher.at("/env/0/name").asText()).isEqualTo("USHER_API_REPLICA");
  }

  /** But for the Namespace, which is the release's. */
  @Test
  void helmGivesTheServerWithApi(@TempDir Path folder) throws Exception {
    Map<String, JsonNode> server = objects(serverWithApi(folder));
    server.keySet().removeIf(name -> name.startsWith("Namespace/"));
    Map<String, JsonNode> registration = objects(plain("register"));
    registration.putAll(objects(kustomize("overlays/cert-manager/api")));

    assertThat(
            objects(
                template(
                    helm(),
                    "server",
                    "--set",
                    "api=true,resources.limits.memory=512Mi,resources.requests.memory=512Mi")))
        .isEqualTo(server);
    assertThat(objects(template(helm(), "registration", "--set", "api=true")))
        .isEqualTo(registration);
  }

  /** But for the Namespace, which is the release's. */
  @Test
  void helmGivesThePlainYaml() throws Exception {
    String helm = helm();
    Map<String, JsonNode> server = objects(plain("server"));
    server.keySet().removeIf(name -> name.startsWith("Namespace/"));

    assertThat(objects(template(helm, "server"))).isEqualTo(server);
    assertThat(objects(template(helm, "registration"))).isEqualTo(objects(plain("register")));

    server.putAll(objects(plain("monitoring")));
    assertThat(objects(template(helm, "server", "--set", "monitoring=true"))).isEqualTo(server);

    Map<String, JsonNode> selfManaged = objects(kustomize("overlays/self-managed"));
    selfManaged.keySet().removeIf(name -> name.startsWith("Namespace/"));
    assertThat(objects(template(helm, "server", "--set", "certManager=false,authority=true")))
        .isEqualTo(selfManaged);
    assertThat(template(helm, "registration", "--set", "caBundle=QUJD"))
        .contains("caBundle: QUJD")
        .doesNotContain("inject-ca-from");
  }

  /** What {@code usher lint} finds in it. */
  private static String lint(String yaml) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("usher.e2e.server"),
                "lint",
                "-f",
                "-")
            .redirectErrorStream(true)
            .start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(yaml.getBytes(StandardCharsets.UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** As their projects publish them; where Go is missing, as far as they were written down. */
  private static List<String> definitions() throws Exception {
    Kubectl.Output published = script("crds.sh");
    if (published.exitCode() == GO_IS_MISSING) {
      try (var written = ManifestsIT.class.getResourceAsStream("operators.yaml")) {
        return List.of(new String(written.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(published.exitCode()).as(published.err()).isZero();
    var definitions = new ArrayList<String>();
    for (String file : published.out().lines().toList()) {
      definitions.add(Files.readString(Path.of(file)));
    }
    return definitions;
  }

  private static void apply(Kubectl kubectl, String yaml) {
    Kubectl.Output output = kubectl.run(yaml, "apply", "--server-side", "-f", "-");
    assertThat(output.exitCode()).as(output.err()).isZero();
  }

  private static String plain(String file) throws IOException {
    return read("plain/" + file + ".yaml");
  }

  private static String read(String file) throws IOException {
    return Files.readString(MANIFESTS.resolve(file));
  }

  private String kustomize(String folder) {
    return run("kustomize", MANIFESTS.resolve(folder).toString());
  }

  private String run(String... arguments) {
    Kubectl.Output output = kubectl.run("", arguments);
    assertThat(output.exitCode()).as(output.err()).isZero();
    return output.out();
  }

  /** The path of helm, which is built with Go the first time. */
  private static String helm() throws Exception {
    Kubectl.Output built = script("helm.sh");
    assumeTrue(built.exitCode() == 0, "no helm: " + built.err());
    return built.out().strip();
  }

  private static Kubectl.Output script(String name) throws Exception {
    Path err = Files.createTempFile(name, ".err");
    Process process =
        new ProcessBuilder("../tools/kube/" + name).redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    String told = Files.readString(err);
    Files.delete(err);
    return new Kubectl.Output(exitCode, out, told);
  }

  private static String template(String helm, String chart, String... more) throws Exception {
    return template(helm, MANIFESTS, chart, more);
  }

  private static String template(String helm, Path manifests, String chart, String... more)
      throws Exception {
    var command =
        Stream.concat(
                Stream.of(
                    helm,
                    "template",
                    "labeler",
                    manifests.resolve("charts").resolve(chart).toString(),
                    "--namespace",
                    "labeler-system"),
                Stream.of(more))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  /** By {@code KIND/NAME}. */
  private static Map<String, JsonNode> objects(String yaml) throws IOException {
    var objects = new TreeMap<String, JsonNode>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      while (documents.hasNext()) {
        // helm leaves a document with nothing but a comment where a template gives nothing
        if (documents.next() instanceof ObjectNode object) {
          String name = object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
          objects.put(name, object);
        }
      }
    }
    return objects;
  }
}
