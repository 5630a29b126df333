package io.usher.benchmarks.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import io.usher.benchmarks.api.Clients.Result;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Eight clients that apply Deployments of 4 KB, server-side and as fast as they are answered. Each
 * apply changes a variable of each container, so that it is merged, its fields are managed anew,
 * and it is stored.
 */
final class Applies {

  static final String NAMESPACE = "applies";

  private static final int OBJECTS = 200;
  private static final int CONTAINERS = 4;
  private static final int VARIABLES = 16;

  /** An apply takes so many times as long as a create, or longer. */
  private static final int SHARE = 4;

  private static final double BAR = 2;

  private Applies() {}

  static void measure(Setting setting) throws Exception {
    Effort effort = setting.effort();
    try (Api real = setting.servers().real();
        Api usher = setting.servers().usher()) {
      List<Api> both = List.of(real, usher);
      for (Api each : both) {
        each.namespace(NAMESPACE);
        create(each);
      }
      Rounds<Result> rounds =
          Rounds.of(
              both,
              effort.warmUps(),
              effort.rounds(),
              (api, round) -> apply(api, effort.creates() / SHARE, round));
      setting
          .report()
          .add(
              Figure.atLeast(
                  "applies/s",
                  rounds.ratio(usher, real, Result::rate),
                  "x",
                  BAR,
                  rounds.remark(usher, real, Result::rate, "/s")));
      setting
          .report()
          .add(
              Figure.told(
                  "apply p99",
                  rounds.ratio(usher, real, Result::p99Millis),
                  "x",
                  rounds.remark(usher, real, Result::p99Millis, "ms")));
    }
  }

  /** The first apply of each creates it. */
  static void create(Api api) throws IOException {
    Clients.run(
        api,
        Clients.COUNT,
        client -> {
          for (int i = client.index(); i < OBJECTS; i += Clients.COUNT) {
            String path = path(i);
            byte[] object = deployment(i, "first");
            client.untimed(connection -> connection.apply(201, path, object));
          }
        });
  }

  /** Applies so many times; the values differ by round. */
  static Result apply(Api api, int count, int round) throws IOException {
    return Clients.run(
        api,
        Clients.COUNT,
        client -> {
          // Each client has objects of its own: nobody is told of a conflict.
          for (int i = client.index(); i < count; i += Clients.COUNT) {
            String path = path(i % OBJECTS);
            byte[] object = deployment(i % OBJECTS, round + "-" + i);
            client.timed(connection -> connection.apply(200, path, object));
          }
        });
  }

  private static String path(int index) {
    return "/apis/apps/v1/namespaces/"
        + NAMESPACE
        + "/deployments/"
        + Creates.name(0, index)
        + "?fieldManager=bench";
  }

  /**
   * A Deployment as a person would write it.
   *
   * @param changed the value of a variable
   */
  private static byte[] deployment(int index, String changed) {
    String containers =
        IntStream.range(0, CONTAINERS)
            .mapToObj(
                i ->
                    "{\"name\":\"c"
                        + i
                        + "\",\"image\":\"registry.example.com/app/c"
                        + i
                        + ":1.2.3\",\"ports\":[{\"containerPort\":"
                        + (8080 + i)
                        + ",\"name\":\"p"
                        + i
                        + "\"}],\"resources\":{\"requests\":{\"cpu\":\"100m\","
                        + "\"memory\":\"128Mi\"}},\"env\":["
                        + variables(changed)
                        + "]}")
            .collect(Collectors.joining(","));
    return ("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\""
            + Creates.name(0, index)
            + "\",\"labels\":"
            + "{\"app\":\"bench\",\"tier\":\"load\"}},\"spec\":{\"replicas\":3,\"selector\":"
            + "{\"matchLabels\":{\"app\":\"bench\"}},\"template\":{\"metadata\":{\"labels\":"
            + "{\"app\":\"bench\"}},\"spec\":{\"containers\":["
            + containers
            + "]}}}}")
        .getBytes(US_ASCII);
  }

  private static String variables(String changed) {
    return IntStream.range(0, VARIABLES)
        .mapToObj(
            i -> "{\"name\":\"VARIABLE_" + i + "\",\"value\":\"" + (i == 0 ? changed : i) + "\"}")
        .collect(Collectors.joining(","));
  }
}
