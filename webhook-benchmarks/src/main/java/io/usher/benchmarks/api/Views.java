package io.usher.benchmarks.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.usher.benchmarks.ChildProcess;
import io.usher.benchmarks.Figure;
import io.usher.benchmarks.ViewBenchmark;
import io.usher.benchmarks.api.ApiBench.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The heap that views of the cluster take of a server, and the time that their readers take. */
final class Views {

  private static final String NAMESPACE = "views";
  private static final int CONFIG_MAPS = 10_000;
  private static final int BYTES = 20_000;
  private static final double MEGA = 1 << 20;

  private Views() {}

  static void measure(Setting setting, Path directory) throws Exception {
    try (Api api = setting.servers().real()) {
      create(api);
      Path kubeconfig = Files.writeString(directory.resolve("views-kubeconfig"), kubeconfig(api));
      String[] heap = heap("-Xmx96m", kubeconfig.toString(), "" + CONFIG_MAPS);
      setting
          .report()
          .add(
              Figure.barred(
                  "heap of a view of 10,000 ConfigMaps of 20 KB, two keys kept",
                  added(heap),
                  "MB",
                  60,
                  "synced under -Xmx96m"));
    }
    String[] heap = heap("-Xmx512m");
    setting
        .report()
        .add(
            Figure.barred(
                "heap of a view of 100,000 Pods with an index",
                added(heap),
                "MB",
                450,
                "filled under -Xmx512m"));
    measureTimes(setting, directory);
  }

  private static void measureTimes(Setting setting, Path directory) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include(ViewBenchmark.class.getName() + ".(byIndex|keyAlone|reviewThatReads.*)$")
            .shouldFailOnError(true)
            .output(directory.resolve("views-jmh.log").toString())
            .build();
    Collection<RunResult> results = new Runner(options).run();
    double lookUp = micros(results, "byIndex");
    double key = micros(results, "keyAlone");
    setting
        .report()
        .add(
            Figure.barred(
                "look-up by index in 100,000 objects",
                lookUp - key,
                "us",
                2,
                "%.2f us, of which making the key takes %.2f us".formatted(lookUp, key)));
    double reads = micros(results, "reviewThatReads");
    double readsNothing = micros(results, "reviewThatReadsNothing");
    setting
        .report()
        .add(
            Figure.barred(
                "review with a look-up",
                reads / readsNothing,
                "x",
                1.15,
                "%.0f us against %.0f us without".formatted(reads, readsNothing)));
  }

  private static double micros(Collection<RunResult> results, String benchmark) {
    for (RunResult result : results) {
      if (result.getPrimaryResult().getLabel().equals(benchmark)) {
        return result.getPrimaryResult().getScore();
      }
    }
    throw new IllegalStateException("no result of " + benchmark);
  }

  private static void create(Api api) throws IOException {
    String filler = "x".repeat(BYTES);
    try (var connection = ApiConnection.open(api)) {
      Api.namespace(connection, NAMESPACE);
      for (int i = 0; i < CONFIG_MAPS; i++) {
        String map =
            """
            {"kind": "ConfigMap", "apiVersion": "v1",
             "metadata": {"name": "map-%d", "labels": {"app": "bench"}},
             "data": {"team": "team-%d", "owner": "owner-%d@example.com", "text": "%s"}}
            """
                .formatted(i, i % 100, i, filler);
        connection.post(ConfigMaps.path(NAMESPACE), map.getBytes(US_ASCII));
      }
    }
  }

  private static String kubeconfig(Api api) {
    return """
        apiVersion: v1
        kind: Config
        current-context: bench
        clusters:
        - name: bench
          cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}
        users:
        - name: bench
          user: {token: "%s"}
        contexts:
        - name: bench
          context: {cluster: bench, user: bench}
        """
        .formatted(api.port(), api.token());
  }

  private static String[] heap(String limit, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                ChildProcess.ofJdk("java"),
                limit,
                "-cp",
                System.getProperty("java.class.path"),
                ViewHeap.class.getName()));
    command.addAll(List.of(arguments));
    String[] lines = ChildProcess.output(command).strip().split("\n");
    return lines[lines.length - 1].split(" ");
  }

  private static double added(String[] heap) {
    return (Long.parseLong(heap[1]) - Long.parseLong(heap[0])) / MEGA;
  }
}
