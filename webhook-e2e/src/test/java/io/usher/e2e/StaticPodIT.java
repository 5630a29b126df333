package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code usher manifests --static-pod} writes, run by a kubelet before there is an API server,
 * which then asks it by the files of {@code --for-apiserver}.
 */
final class StaticPodIT {

  private static final String DOOR = "entrance.e2e.usher.io";
  private static final String ON_THE_NODE = "/etc/kubernetes/usher";
  private static final String RULES = "/etc/kubernetes/rules";

  /** The image of {@link NodeIT}, whose rules are others. */
  private static final Path IMAGE = Path.of("../webhook-image/target/image.tar");

  private static final String IMAGE_NAME = "localhost/labeler:0.1.0";

  private static final String STARTED = "/status/containerStatuses/0/state/running/startedAt";

  /** The image's user, who must be able to read the key. */
  private static final int USER = 10001;

  @TempDir private Path work;

  @Test
  void apiServerThatStartsAfterItKnowsItsUsers() throws Exception {
    Path plane = Files.createDirectories(work.resolve("plane"));
    layControlPlane(plane);
    var places = Map.of("CONTROL_PLANE", plane.toString(), "IMAGES", images());
    try (Node node = Node.start(places)) {
      assertThat(whoAmI(node, "e2e.alice.readers")).isEqualTo("alice [readers]");
      kubectl(node, "e2e.alice.readers", "get", "configmaps").succeeded();
      assertThat(kubectl(node, "e2e.mallory.banned", "get", "configmaps").text())
          .contains("the group is banned");

      // The kubelet tells the API server of its Pods a moment after that has begun.
      eventually(() -> assertThat(pod(node).at(STARTED).asText()).isNotEmpty());
      JsonNode pod = pod(node);
      assertThat(pod.at("/metadata/annotations").has("kubernetes.io/config.mirror")).isTrue();
      String cluster =
          node.kubectl("get", "ns", "kube-system", "-o", "jsonpath={.metadata.creationTimestamp}");
      assertThat(started(pod)).isBeforeOrEqualTo(Instant.parse(cluster));

      node.kill("KILL", "/usher/usher.jar serve");
      eventually(() -> assertThat(started(pod(node))).isAfter(started(pod)));
      eventually(() -> assertThat(whoAmI(node, "e2e.bob.readers")).isEqualTo("bob [readers]"));
    }
  }

  private static JsonNode pod(Node node) {
    return Documents.json(
        node.kubectl("-n", "kube-system", "get", "pod", "usher-node", "-o", "json"));
  }

  private static Instant started(JsonNode pod) {
    return Instant.parse(pod.at(STARTED).asText());
  }

  /** The name and the groups that the bearer's authenticator has given. */
  private static String whoAmI(Node node, String token) {
    JsonNode user =
        Documents.json(kubectl(node, token, "auth", "whoami", "-o", "json").succeeded())
            .at("/status/userInfo");
    var groups = new ArrayList<String>();
    user.path("groups").forEach(group -> groups.add(group.asText()));
    groups.remove("system:authenticated");
    return user.path("username").asText() + " " + groups;
  }

  /** kubectl of somebody who has a token alone. */
  private static Node.Output kubectl(Node node, String token, String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                "kubectl",
                "--kubeconfig=/dev/null",
                "--server=https://127.0.0.1:6443",
                "--certificate-authority=/etc/kubernetes/ca.crt",
                "--token=" + token));
    command.addAll(List.of(arguments));
    return node.run(Path.of("/"), command.toArray(String[]::new));
  }

  /** What an operator puts into {@code /etc/kubernetes} of the machine. */
  private void layControlPlane(Path plane) throws Exception {
    Path rules = Files.createDirectories(plane.resolve("rules"));
    Path jar = RuleJar.write(rules.resolve("entrance.jar"), EntranceRules.class);
    var launcher =
        new UsherProcess.Launcher(
            Path.of(System.getProperty("usher.e2e.server")),
            jar,
            work,
            new CertificateFiles(work.resolve("pki"), "static-pod-ca"));
    var files = new ControlPlaneFiles(launcher, plane.resolve("usher"), ON_THE_NODE);
    files.bringCertificates();
    CertificateFiles certificates = launcher.certificates();
    certificates.issue("tls", "127.0.0.1");
    Files.copy(certificates.certificate("tls"), files.file("tls.crt"));
    Files.copy(certificates.key("tls"), files.file("tls.key"));
    Files.copy(certificates.ca(), files.file("client-ca.crt"));
    Files.setAttribute(files.file("tls.key"), "unix:uid", USER);
    files.write("--for-apiserver", "--authenticate=" + DOOR, "--authorize=" + DOOR);
    Path manifests = plane.resolve("manifests");
    new ControlPlaneFiles(launcher, manifests, ON_THE_NODE)
        .run("--static-pod", "--rules=" + jar, "--image=" + IMAGE_NAME);
    withRulesOfTheNode(manifests.resolve("usher.yaml"));
  }

  /** Adds a jar in place of the image's rules. */
  private static void withRulesOfTheNode(Path manifest) throws IOException {
    ObjectNode pod = Documents.stream(manifest).get(0);
    ObjectNode volume = pod.withObject("/spec").withArray("volumes").addObject();
    volume.put("name", "rules").putObject("hostPath").put("path", RULES);
    ((ObjectNode) pod.at("/spec/containers/0"))
        .withArray("volumeMounts")
        .addObject()
        .put("name", "rules")
        .put("mountPath", "/usher/rules");
    Files.writeString(manifest, pod.toString());
  }

  /** Where the machine can have no node, the image is not there either, and the start skips. */
  private String images() throws IOException {
    Path images = Files.createDirectory(work.resolve("images"));
    Files.createSymbolicLink(images.resolve("usher.tar"), IMAGE.toAbsolutePath().normalize());
    return images.toString();
  }
}
