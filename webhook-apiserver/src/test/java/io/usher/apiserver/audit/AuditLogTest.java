package io.usher.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.apiserver.LogLines;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.AuditSink.Answered;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The lines are those that kube-apiserver 1.36.3 wrote of the same requests. */
class AuditLogTest {

  private static final UserInfo ALICE =
      new UserInfo("alice", "uid-1", List.of("devs", "system:authenticated"), Map.of());
  private static final Instant RECEIVED = Instant.parse("2026-11-28T14:24:13.004729Z");

  private static ApiRequest request(String uri, Map<String, List<String>> headers) {
    ApiRequest request = ApiRequest.of("GET", uri).withHeaders(Headers.of(headers));
    return new ApiRequest(
        request.method(),
        request.path(),
        request.query(),
        request.headers(),
        request.body(),
        List.of(),
        "127.0.0.1");
  }

  private static RequestInfo info(String path, String verb, String resource, String name) {
    return new RequestInfo(
        !resource.isEmpty(), path, verb, "", "v1", "default", resource, "", name, List.of());
  }

  private static Answered answered(
      ApiRequest request,
      RequestInfo info,
      @Nullable UserInfo user,
      @Nullable UserInfo impersonated,
      int code,
      @Nullable Status failure,
      Map<String, String> annotations) {
    return new Answered(
        "f9a7aaaf-98a5-4b64-a3ff-9ed47fa38ef5",
        request,
        info,
        user,
        impersonated,
        code,
        failure,
        annotations,
        RECEIVED,
        RECEIVED.plusMillis(2));
  }

  private static String line(Answered answered) {
    var out = new ByteArrayOutputStream();
    new AuditLog(out).answered(answered);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void listIsALine() {
    assertThat(
            line(
                answered(
                    request(
                        "/api/v1/namespaces/default/pods?limit=5&labelSelector=a+in+%28b%29",
                        Map.of(
                            "User-Agent",
                            List.of("x\"y\n"),
                            "Authorization",
                            List.of("Bearer s3cret"),
                            "X-Forwarded-For",
                            List.of("1.2.3.4, evil.example.com, 5.6.7.8"))),
                    info("/api/v1/namespaces/default/pods", "list", "pods", ""),
                    ALICE,
                    null,
                    200,
                    null,
                    Map.of(
                        "authorization.k8s.io/reason", "",
                        "authorization.k8s.io/decision", "allow"))))
        .isEqualTo(
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\","
                + "\"auditID\":\"f9a7aaaf-98a5-4b64-a3ff-9ed47fa38ef5\","
                + "\"stage\":\"ResponseComplete\","
                + "\"requestURI\":\"/api/v1/namespaces/default/pods?limit=5"
                + "&labelSelector=a+in+%28b%29\",\"verb\":\"list\","
                + "\"user\":{\"username\":\"alice\",\"uid\":\"uid-1\","
                + "\"groups\":[\"devs\",\"system:authenticated\"]},"
                + "\"sourceIPs\":[\"1.2.3.4\",\"5.6.7.8\",\"127.0.0.1\"],"
                + "\"userAgent\":\"x\\\"y\\n\","
                + "\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"default\","
                + "\"apiVersion\":\"v1\"},\"responseStatus\":{\"metadata\":{},\"code\":200},"
                + "\"requestReceivedTimestamp\":\"2026-11-28T14:24:13.004729Z\","
                + "\"stageTimestamp\":\"2026-11-28T14:24:13.006729Z\","
                + "\"annotations\":{\"authorization.k8s.io/decision\":\"allow\","
                + "\"authorization.k8s.io/reason\":\"\"}}\n");
  }

  @Test
  void failureAndImpersonationAreInIt() {
    assertThat(
            line(
                answered(
                    request("/api/v1/namespaces/default/pods/web", Map.of()),
                    info("/api/v1/namespaces/default/pods/web", "get", "pods", "web"),
                    ALICE,
                    new UserInfo("bob", "", List.of(), Map.of("k", List.of("v", "w"))),
                    404,
                    Status.notFound(new GroupResource("", "pods"), "web"),
                    Map.of(
                        "authorization.k8s.io/impersonation-constraint", "impersonate:user-info"))))
        .contains("\"impersonatedUser\":{\"username\":\"bob\",\"extra\":{\"k\":[\"v\",\"w\"]}}")
        .contains(
            "\"authenticationMetadata\":{\"impersonationConstraint\":\"impersonate:user-info\"}")
        .contains("\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"default\",\"name\":\"web\"")
        .contains(
            "\"responseStatus\":{\"metadata\":{},\"status\":\"Failure\",\"message\":\"pods"
                + " \\\"web\\\" not found\",\"reason\":\"NotFound\",\"details\":{\"name\":\"web\","
                + "\"kind\":\"pods\"},\"code\":404}")
        .doesNotContain("annotations");
  }

  @Test
  void unknownCallerIsAnEmptyUser() {
    assertThat(
            line(
                answered(
                    request("/odd path/é", Map.of("User-Agent", List.of("a".repeat(2000)))),
                    info("/odd path/é", "get", "", ""),
                    null,
                    null,
                    401,
                    Status.unauthorized(),
                    Map.of())))
        .contains("\"requestURI\":\"/odd%20path/%C3%A9\"")
        .contains("\"user\":{},")
        .contains("\"userAgent\":\"" + "a".repeat(1024) + "...TRUNCATED\"")
        .doesNotContain("objectRef");
  }

  @Test
  void logThatCannotBeWrittenIsSaidOnceAndHoldsNothingUp() {
    class Full extends OutputStream {
      private boolean full = true;

      @Override
      public void write(int b) throws IOException {
        if (full) {
          throw new IOException("No space left on device");
        }
      }
    }
    var out = new Full();
    var log = new AuditLog(out);
    var request =
        answered(request("/", Map.of()), info("/", "get", "", ""), null, null, 200, null, Map.of());
    try (var lines = LogLines.of(AuditLog.class)) {
      log.answered(request);
      log.answered(request);
      out.full = false;
      log.answered(request);
      assertThat(lines.lines())
          .containsExactly(
              "ERROR the audit log lacks requests from now on: java.io.IOException: No space left"
                  + " on device",
              "INFO the audit log is written again");
    }
  }
}
