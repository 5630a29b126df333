package io.usher.apiserver.discovery;

import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.PathHandler;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code /livez}, {@code /readyz} and {@code /healthz}, each with {@code /NAME} and its checks. */
public final class Health implements PathHandler {

  private static final Set<String> ENDPOINTS = Set.of("livez", "readyz", "healthz");

  private final Map<String, BooleanSupplier> checks;

  /**
   * @param checks what must be true, by name; {@code ping} is always
   */
  public Health(Map<String, BooleanSupplier> checks) {
    this.checks = new LinkedHashMap<>();
    this.checks.put("ping", () -> true);
    this.checks.putAll(checks);
  }

  @Override
  public @Nullable ApiResponse answer(ApiRequest request) {
    String[] parts = request.path().split("/");
    if (parts.length < 2 || parts.length > 3 || !ENDPOINTS.contains(parts[1])) {
      return null;
    }
    if (parts.length == 3) {
      BooleanSupplier check = checks.get(parts[2]);
      return check == null ? null : text(check.getAsBoolean() ? 200 : 500, word(check));
    }
    var report = new StringBuilder();
    boolean well = true;
    for (Map.Entry<String, BooleanSupplier> check : checks.entrySet()) {
      if (request.query().all("exclude").contains(check.getKey())) {
        report.append("[+]").append(check.getKey()).append(" excluded: ok\n");
        continue;
      }
      boolean passed = check.getValue().getAsBoolean();
      well &= passed;
      report.append(passed ? "[+]" : "[-]").append(check.getKey());
      report.append(passed ? " ok\n" : " failed: reason withheld\n");
    }
    report.append(parts[1]).append(well ? " check passed\n" : " check failed\n");
    boolean verbose = request.query().has("verbose") || !well;
    ApiResponse response = text(well ? 200 : 500, verbose ? report.toString() : "ok");
    return response.withHeaders(
        response.headers().withDefault("X-Content-Type-Options", "nosniff"));
  }

  private static String word(BooleanSupplier check) {
    return check.getAsBoolean() ? "ok" : "failed";
  }

  private static ApiResponse text(int code, String text) {
    return ApiResponse.of(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }
}
