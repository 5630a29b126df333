package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.rules.HandledRules;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.server.HttpsApiServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers as processes: which of them works, and how they end. */
@Timeout(300)
class ControllerIT {

  private static final GroupResource MAPS = new GroupResource("", "configmaps");
  private static final GroupResource LEASES = new GroupResource("coordination.k8s.io", "leases");

  /** SIGTERM's number above what the shell adds. */
  private static final int TERMINATED = 143;

  private final List<Process> processes = new ArrayList<>();
  @TempDir private Path directory;
  private HttpsApiServer server;

  @BeforeEach
  void serve() throws Exception {
    server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0), List.of(), config -> {}, fatal -> {});
    Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
    RuleFolder.write(directory, HandledRules.class);
  }

  @AfterEach
  void stop() {
    processes.forEach(process -> process.destroyForcibly().onExit().join());
    server.close();
  }

  private Process start(String replica, String... flags) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.usher.cli.Usher",
                "controller",
                "--rules=" + directory.resolve("rules"),
                "--kubeconfig=" + directory.resolve("kubeconfig"),
                "--health-host=127.0.0.1",
                "--health-port=0",
                "--lease-namespace=default",
                "--lease-name=controller",
                "--retry-period=200ms"));
    command.addAll(List.of(flags));
    var builder =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve(replica + ".out").toFile())
            .redirectError(directory.resolve(replica + ".err").toFile());
    builder.environment().put("HOSTNAME", replica);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(20));
  }

  private ObjectStore objects() {
    return server.embedded().server().objects();
  }

  private boolean leads(String replica) {
    ObjectNode lease = objects().get(LEASES, "default", "controller");
    return lease != null && lease.at("/spec/holderIdentity").asText().startsWith(replica + "_");
  }

  /** Follows the Lease, as its log tells. */
  private boolean follows(String replica) throws IOException {
    return Files.readString(directory.resolve(replica + ".err")).contains("is held by");
  }

  private void create(String name) {
    ObjectNode map =
        JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("namespace", "default").put("name", name);
    objects().create(MAPS, map);
  }

  private boolean isHandled(String name) {
    ObjectNode map = objects().get(MAPS, "default", name);
    return map != null && map.at("/metadata/labels/example.com~1team").asText().equals("red");
  }

  /** Starts two, and tells which one leads: the first of them. */
  private List<Replica> startTwo(String... flags) throws IOException {
    var a = new Replica("a", start("a", flags));
    var b = new Replica("b", start("b", flags));
    eventually().until(() -> leads("a") || leads("b"));
    List<Replica> order = leads("a") ? List.of(a, b) : List.of(b, a);
    eventually().until(() -> follows(order.get(1).name()));
    return order;
  }

  private record Replica(String name, Process process) {}

  @Test
  void oneThatIsToldToStopHandsOverAtOnce() throws Exception {
    create("before");
    // Nobody can wait until it expires.
    List<Replica> replicas = startTwo("--lease-duration=1h", "--renew-deadline=40m");
    Replica leader = replicas.get(0);
    Replica follower = replicas.get(1);
    eventually().until(() -> isHandled("before"));
    assertThat(leads(leader.name())).isTrue();

    leader.process().destroy();

    eventually().until(() -> leads(follower.name()));
    create("after");
    eventually().until(() -> isHandled("after"));
    assertThat(leader.process().onExit().get().exitValue()).isEqualTo(TERMINATED);
    assertThat(Files.readString(directory.resolve(leader.name() + ".out")))
        .startsWith(
            "usher runs the handlers of handled.example.com, health and metrics on http://");
    assertThat(Files.readString(directory.resolve(leader.name() + ".err")))
        .contains("leads no longer", "\"message\":\"stopped\"")
        .doesNotContain("ERROR");
    assertThat(follower.process().isAlive()).isTrue();
  }

  @Test
  void anotherTakesTheLeaseOfOneThatIsKilled() throws Exception {
    List<Replica> replicas = startTwo("--lease-duration=5s", "--renew-deadline=3s");

    replicas.get(0).process().destroyForcibly();

    eventually().until(() -> leads(replicas.get(1).name()));
    create("after");
    eventually().until(() -> isHandled("after"));
  }
}
