package io.usher.apiserver.discovery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.Status;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /version}: the version of Kubernetes whose behaviour this is. */
public final class Version implements PathHandler {

  private static final String MAJOR = "1";
  private static final String MINOR = "36";

  @Override
  public @Nullable ApiResponse answer(ApiRequest request) {
    if (!request.path().equals("/version") && !request.path().equals("/version/")) {
      return null;
    }
    if (!request.method().equals("GET")) {
      throw new ApiException(Status.methodNotAllowed());
    }
    String version =
        JsonNodeFactory.instance
            .objectNode()
            .put("major", MAJOR)
            .put("minor", MINOR)
            .put("emulationMajor", MAJOR)
            .put("emulationMinor", MINOR)
            .put("minCompatibilityMajor", MAJOR)
            .put("minCompatibilityMinor", "35")
            .put("gitVersion", "v1.36.3+usher")
            .put("gitCommit", "")
            .put("gitTreeState", "")
            .put("buildDate", "1970-01-01T00:00:00Z")
            .put("goVersion", "none")
            .put("compiler", "javac")
            .put("platform", System.getProperty("os.name").toLowerCase(Locale.ROOT))
            .toString();
    return ApiResponse.of(200, "application/json", version.getBytes(StandardCharsets.UTF_8));
  }
}
