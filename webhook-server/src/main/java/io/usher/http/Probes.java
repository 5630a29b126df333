package io.usher.http;

import io.usher.engine.ReviewAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /livez} and {@code /readyz}, as kubelet asks for them. They hold nothing but what the
 * answer needs, and never wait.
 */
final class Probes {

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

  /** The answer at a probe's path; null for a method that a probe does not have. */
  @Nullable ReviewAnswer answer(String method, String path) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return null;
    }
    var reasons = path.equals(READY) ? readiness.reasons() : List.<String>of();
    if (reasons.isEmpty()) {
      return new ReviewAnswer(200, TEXT, OK, 0);
    }
    String text = String.join("\n", reasons) + "\n";
    return new ReviewAnswer(503, TEXT, text.getBytes(StandardCharsets.UTF_8), 0);
  }

  /** What to answer to any other method. */
  static Refusal refusal(String method, String path) {
    return Refusal.methodNotAllowed(method, path, "GET, HEAD");
  }
}
