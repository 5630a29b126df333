package io.usher.http;

import io.usher.engine.ReviewAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code /livez} and {@code /readyz}, as kubelet asks for them. They hold nothing but what the
 * answer needs, and never wait.
 */
final class Probes {

  /** What a probe may be asked by. */
  static final List<String> METHODS = List.of("GET", "HEAD");

  private static final String LIVE = "/livez";
  private static final String READY = "/readyz";
  private static final String TEXT = "text/plain";
  private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);

  private final Readiness readiness;

  Probes(Readiness readiness) {
    this.readiness = readiness;
  }

  /** Whether the path is a probe's. */
  static boolean isProbe(String path) {
    return path.equals(LIVE) || path.equals(READY);
  }

  /** The answer at a probe's path. */
  ReviewAnswer answer(String path) {
    var reasons = path.equals(READY) ? readiness.reasons() : List.<String>of();
    if (reasons.isEmpty()) {
      return new ReviewAnswer(200, TEXT, OK, 0);
    }
    String text = String.join("\n", reasons) + "\n";
    return new ReviewAnswer(503, TEXT, text.getBytes(StandardCharsets.UTF_8), 0);
  }

  /** What to answer to any other than {@link #METHODS}. */
  static Refusal refusal(String method, String path) {
    return Refusal.methodNotAllowed(method, path, String.join(", ", METHODS));
  }
}
