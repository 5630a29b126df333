package io.usher.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The real one-node cluster of {@code tools/kube/node}, where {@code STATE} says. */
final class Node implements AutoCloseable {

  private static final Path TOOLS = Path.of("..", "tools").toAbsolutePath().normalize();

  /** {@code start.sh} ends with it where this machine or user can't have a node. */
  private static final int NOT_HERE = 3;

  private Node() {}

  /** Starts the node, or skips the test where there can be none. */
  static Node start() {
    return start(Map.of());
  }

  /**
   * The same.
   *
   * @param places of what {@code start.sh} is to find, beside those of the environment
   */
  static Node start(Map<String, String> places) {
    var start = tool("kube/node/start.sh");
    start.environment().putAll(places);
    Output started = run(start);
    assumeTrue(started.exitCode() != NOT_HERE, started.text());
    started.succeeded();
    return new Node();
  }

  /** What a command printed, both streams in one. */
  record Output(int exitCode, String text) {

    /** The text, of a command that must have succeeded. */
    String succeeded() {
      assertThat(exitCode).as(text).isZero();
      return text.strip();
    }
  }

  /**
   * Installs the sample, as {@code make deploy CLUSTER=node} does, from the image that is built.
   */
  void deploy() {
    // the node has no metrics server: overlay kind is the one without an autoscaler
    make("up", Map.of("OVERLAY", "kind"));
  }

  /** Installs the sample API server in the same way. */
  void deployApiServer() {
    make("up", Map.of("SAMPLE", "apiserver"));
  }

  /** Removes it again, as {@code make undeploy} does. */
  void undeployApiServer() {
    make("down", Map.of("SAMPLE", "apiserver"));
  }

  private static void make(String command, Map<String, String> variables) {
    var deploy = tool("deploy/deploy.sh", command);
    deploy.environment().putAll(Map.of("CLUSTER", "node", "BUILD", "no"));
    deploy.environment().putAll(variables);
    run(deploy).succeeded();
  }

  /** Registers the sample's webhooks again, as {@link #deploy} did. */
  void register() {
    kubectl(
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager=usher-deploy",
        "-k",
        TOOLS.resolve("../target/deploy/register").toString());
  }

  /** kubectl as the cluster's admin; gives what it printed. */
  String kubectl(String... arguments) {
    return inside("kubectl", arguments).succeeded();
  }

  /** Sends the signal to the oldest of the node's processes whose command line matches. */
  void kill(String signal, String commandLine) {
    inside("pkill", "-o", "-" + signal, "-f", commandLine).succeeded();
  }

  /** Kills the one process of the Pod's one container. */
  void killContainer(String namespace, String pod) {
    String container =
        kubectl(
            "-n",
            namespace,
            "get",
            "pod",
            pod,
            "-o",
            "jsonpath={.status.containerStatuses[0].containerID}");
    inside(
            "ctr",
            "-n",
            "k8s.io",
            "task",
            "kill",
            "-s",
            "SIGKILL",
            container.replace("containerd://", ""))
        .succeeded();
  }

  /** The lines of kube-apiserver's audit log: requests of ServiceAccounts. */
  Stream<String> auditLog() {
    return inside("cat", "/var/log/audit.log").succeeded().lines();
  }

  /** The ids of the node's processes of this name, none where there is none. */
  String processIds(String name) {
    return inside("pgrep", "-x", name).text().strip();
  }

  /**
   * Starts the stream of creates, which goes on until it is terminated and there were this many.
   *
   * @param options of {@code stream.py}
   */
  Process stream(String namespace, int least, String... options) throws IOException {
    var arguments = new ArrayList<>(List.of(options));
    arguments.addAll(
        List.of(
            namespace,
            Integer.toString(least),
            TOOLS.resolve("kube/node/in.sh").toString(),
            "kubectl"));
    return tool("deploy/stream.py", arguments.toArray(String[]::new))
        .redirectErrorStream(true)
        .start();
  }

  /** Runs a command on the node, in a folder of this machine. */
  Output run(Path folder, String... command) {
    return run(tool("kube/node/in.sh", command).directory(folder.toFile()));
  }

  private static Output inside(String command, String... arguments) {
    var all = new ArrayList<>(List.of(command));
    all.addAll(List.of(arguments));
    return run(tool("kube/node/in.sh", all.toArray(String[]::new)));
  }

  private static ProcessBuilder tool(String tool, String... arguments) {
    var command = new ArrayList<>(List.of(TOOLS.resolve(tool).toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  static Output run(ProcessBuilder builder) {
    try {
      var process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Output(process.waitFor(), text);
    } catch (IOException e) {
      throw new IllegalStateException("run " + builder.command(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("wait for " + builder.command(), e);
    }
  }

  @Override
  public void close() {
    run(tool("kube/node/stop.sh")).succeeded();
  }
}
