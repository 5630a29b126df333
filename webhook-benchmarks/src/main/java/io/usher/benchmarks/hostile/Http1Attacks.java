package io.usher.benchmarks.hostile;

import static io.usher.benchmarks.hostile.Reviews.get;
import static io.usher.benchmarks.hostile.Reviews.post;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Floods over HTTP/1.1, and clients that don't read. */
final class Http1Attacks {

  private static final String HEAD =
      "POST " + Target.PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  private Http1Attacks() {}

  static List<Attack> all() {
    var attacks = new ArrayList<Attack>();
    attacks.add(Attack.of("HTTP/1.1: connections", (t, o, end) -> answer(t, o, get("/livez"))));
    attacks.add(Attack.of("HTTP/1.1: calls of no path", (t, o, end) -> kept(t, o, end, get("/x"))));
    attacks.add(
        Attack.of(
            "HTTP/1.1: good reviews",
            (t, o, end) -> kept(t, o, end, post(Target.PATH, Reviews.good()))));
    attacks.add(
        Attack.of(
            "HTTP/1.1: headers that trickle", (t, o, end) -> trickle(t, o, end, HEAD + "X-A: ")));
    attacks.add(
        Attack.of(
            "HTTP/1.1: bodies that trickle",
            (t, o, end) -> trickle(t, o, end, HEAD + "Content-Length: 100000\r\n\r\n{")));
    attacks.add(
        Attack.of(
            "HTTP/1.1: half requests, many",
            (t, o, end) ->
                many(t, o, end, HEAD + "Content-Length: 8000000\r\n\r\n" + " ".repeat(1000))));
    attacks.add(
        Attack.of(
            "HTTP/1.1: one header of 1 MB",
            (t, o, end) -> answer(t, o, HEAD + "X-A: " + "a".repeat(1 << 20) + "\r\n\r\n")));
    attacks.add(
        Attack.of(
            "HTTP/1.1: 100,000 headers",
            (t, o, end) -> answer(t, o, HEAD + "A: b\r\n".repeat(100_000) + "\r\n")));
    attacks.add(
        Attack.of(
            "HTTP/1.1: chunks of a byte",
            (t, o, end) ->
                answer(
                    t,
                    o,
                    HEAD
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "1\r\n \r\n".repeat(200_000)
                        + "0\r\n\r\n")));
    attacks.add(
        Attack.of(
            "HTTP/1.1: a body without end",
            (t, o, end) -> endless(t, o, end, HEAD + "Transfer-Encoding: chunked\r\n\r\n")));
    for (String path : List.of("/livez", "/readyz", "/none", "/metrics", Target.PATH)) {
      attacks.add(
          Attack.of(
              "HTTP/1.1: answers of " + path + " that nobody reads",
              (t, o, end) -> unread(t, o, end, Client.tlsThatReadsNothing(t), get(path))));
    }
    for (String path : List.of("/livez", "/readyz", "/none", "/metrics")) {
      attacks.add(
          Attack.of(
              "health port: answers of " + path + " that nobody reads",
              (t, o, end) -> unread(t, o, end, Client.plain(t.healthPort(), true), get(path))));
    }
    return attacks;
  }

  private static void answer(Target target, Outcomes outcomes, String call) throws IOException {
    try (var client = Client.tls(target)) {
      client.send(call);
      outcomes.saw("status " + client.status());
    }
  }

  private static void kept(Target target, Outcomes outcomes, long end, String call)
      throws IOException {
    try (var client = Client.tls(target)) {
      for (int i = 0; i < 1000 && System.nanoTime() < end; i++) {
        outcomes.saw("status " + client.send(call).status());
      }
    }
  }

  private static void trickle(Target target, Outcomes outcomes, long end, String begin)
      throws IOException {
    try (var client = Client.tls(target).send(begin)) {
      String seen = "left open";
      while (seen.equals("left open") && System.nanoTime() < end) {
        seen = client.send(" ").silence(200);
      }
      outcomes.saw(seen);
    }
  }

  private static void many(Target target, Outcomes outcomes, long end, String begin)
      throws IOException {
    var clients = new ArrayList<Client>();
    try {
      while (clients.size() < 300 && System.nanoTime() < end) {
        clients.add(Client.tls(target).send(begin));
      }
      for (var client : clients) {
        outcomes.saw(client.silence(1));
      }
    } finally {
      clients.forEach(Client::close);
    }
  }

  private static void endless(Target target, Outcomes outcomes, long end, String begin)
      throws IOException {
    String chunk = "10000\r\n" + " ".repeat(1 << 16) + "\r\n";
    try (var client = Client.tls(target).send(begin)) {
      while (System.nanoTime() < end) {
        client.send(chunk);
      }
      outcomes.saw(client.silence(1));
    }
  }

  private static void unread(Target target, Outcomes outcomes, long end, Client reader, String call)
      throws IOException {
    String calls = call.repeat(100);
    try (reader) {
      var writer =
          new Thread(
              () -> {
                try {
                  while (System.nanoTime() < end) {
                    reader.send(calls);
                  }
                  outcomes.saw("left open");
                } catch (IOException e) {
                  outcomes.saw("closed");
                }
              });
      writer.start();
      // It waits in a write once both sides' buffers are full.
      writer.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      if (writer.isAlive()) {
        outcomes.saw("not read by the server either");
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }
}
