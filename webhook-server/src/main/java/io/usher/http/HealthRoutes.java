package io.usher.http;

import io.javalin.config.RoutesConfig;
import java.util.function.Supplier;

/** {@code /livez}, {@code /readyz} and {@code /metrics}, as kubelet and Prometheus ask for them. */
final class HealthRoutes {

  private static final String LIVE = "/livez";
  private static final String READY = "/readyz";
  private static final String METRICS = "/metrics";

  /** Prometheus' text format. */
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Readiness readiness;

  HealthRoutes(Readiness readiness) {
    this.readiness = readiness;
  }

  /** Whether the path is answered on the review connector too. */
  static boolean isProbe(String path) {
    return path.equals(LIVE) || path.equals(READY);
  }

  /** The probes. */
  void addTo(RoutesConfig routes) {
    routes.get(LIVE, context -> context.result("ok"));
    routes.get(
        READY,
        context -> {
          var reasons = readiness.reasons();
          context.status(reasons.isEmpty() ? 200 : 503);
          context.result(reasons.isEmpty() ? "ok" : String.join("\n", reasons) + "\n");
        });
    routes.error(
        404,
        context -> {
          context.contentType(ContentType.JSON);
          context.result(Refusal.notFound(context.path()).answer().body());
        });
  }

  /** The probes and the metrics. */
  void addTo(RoutesConfig routes, Supplier<String> metrics) {
    addTo(routes);
    routes.get(METRICS, context -> context.contentType(METRICS_TYPE).result(metrics.get()));
  }
}
