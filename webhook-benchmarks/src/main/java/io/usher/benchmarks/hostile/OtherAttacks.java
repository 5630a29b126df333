package io.usher.benchmarks.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** TLS, idle connections, shapes of bodies, forms of paths. */
final class OtherAttacks {

  /** A TLS record that begins a ClientHello of 512 bytes. */
  private static final byte[] HALF_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

  private OtherAttacks() {}

  /**
   * All of them.
   *
   * @param idle how many idle connections are opened
   */
  static List<Attack> all(int idle) {
    var attacks = new ArrayList<Attack>();
    attacks.add(Attack.of("TLS: handshakes", (t, o, end) -> handshake(t, o)));
    attacks.add(Attack.of("TLS: half handshakes", (t, o, end) -> silent(t, o, end, HALF_HELLO)));
    attacks.add(
        Attack.of(
            "TLS: plain HTTP instead",
            (t, o, end) ->
                silent(t, o, end, Reviews.get("/").getBytes(StandardCharsets.US_ASCII))));
    attacks.add(
        Attack.of(
            "TLS: client certificates of a stranger",
            (t, o, end) -> {
              try (var client = Client.stranger(t)) {
                o.saw(client.send(Reviews.get("/livez")).silence(1000));
              }
            }));
    attacks.add(new Attack("idle TLS connections", 2, (t, o, end) -> idle(t, o, idle / 2)));
    attacks.add(new Attack("48 forms of paths", 1, Paths::run));
    attacks.add(
        posting(
            "15,000 labels in a millisecond",
            Reviews.post(Target.PATH, "1ms", Bodies.labels(15_000))));
    for (var shape : Bodies.all().entrySet()) {
      attacks.add(posting("body: " + shape.getKey(), Reviews.post(Target.PATH, shape.getValue())));
    }
    return attacks;
  }

  private static Attack posting(String name, String call) {
    return Attack.of(
        name,
        (t, o, end) -> {
          try (var client = Client.tls(t)) {
            client.send(call);
            o.saw("status " + client.status());
          }
        });
  }

  private static void handshake(Target target, Outcomes outcomes) throws IOException {
    try (var client = Client.tls(target)) {
      outcomes.saw("shaken hands");
    }
  }

  private static void silent(Target target, Outcomes outcomes, long end, byte[] bytes)
      throws IOException {
    var clients = new ArrayList<Client>();
    try {
      while (clients.size() < 200 && System.nanoTime() < end) {
        clients.add(Client.plain(target.port(), false).send(bytes));
      }
      for (var client : clients) {
        outcomes.saw(client.silence(1));
      }
    } finally {
      clients.forEach(Client::close);
    }
  }

  /** Not bounded by the time: what counts is how many there are at once. */
  private static void idle(Target target, Outcomes outcomes, int count) throws IOException {
    var clients = new ArrayList<Client>();
    try {
      for (int i = 0; i < count; i++) {
        clients.add(Client.tls(target));
      }
      for (var client : clients) {
        outcomes.saw(client.silence(1));
      }
    } finally {
      clients.forEach(Client::close);
    }
  }
}
