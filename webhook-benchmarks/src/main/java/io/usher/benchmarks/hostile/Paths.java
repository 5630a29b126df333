package io.usher.benchmarks.hostile;

import java.io.IOException;
import java.util.List;

/** Forms of paths that a router might take for another one. */
final class Paths {

  private static final String P = Target.PATH;

  static final List<String> FORMS =
      List.of(
          "/",
          "//",
          "/.",
          "/..",
          "/../",
          "/../../etc/passwd",
          "/%2e%2e/",
          "/%2E%2E%2Fetc",
          "/..;/",
          "/..%2f",
          "/..%5c",
          "/\\..\\",
          "//" + P,
          P + "/",
          P + "//",
          P + "/.",
          P + "/..",
          P + ";a=b",
          P + "%00",
          P + "%20",
          P + "%2f",
          P + "#a",
          P + "?",
          P + "?timeout",
          P + "?timeout=",
          P + "?timeout=1",
          P + "?timeout=-1s",
          P + "?timeout=9999999h",
          P + "?timeout=1ns",
          P + "?timeout=10s&timeout=1s",
          P.toUpperCase(java.util.Locale.ROOT),
          "/mutate",
          "/mutate/",
          "/mutate/%6cabeler.example.com",
          "/validate/../mutate/x",
          "/livez/",
          "/livez;x",
          "/livez?x=%",
          "//livez",
          "/LIVEZ",
          "/%6civez",
          "/readyz/..",
          "/metrics",
          "/metrics;x",
          "*",
          "http://localhost" + P,
          "/" + "a".repeat(7000),
          "/" + "%41".repeat(2000));

  private Paths() {}

  /** Asks for each, once. */
  static void run(Target target, Outcomes outcomes, long end) throws IOException {
    for (String path : FORMS) {
      try (var client = Client.tls(target)) {
        outcomes.saw(
            "status "
                + client.send(Reviews.post(path, "{}").replace("?timeout=10s ", " ")).status());
      } catch (IOException e) {
        outcomes.saw("closed");
      }
    }
  }
}
