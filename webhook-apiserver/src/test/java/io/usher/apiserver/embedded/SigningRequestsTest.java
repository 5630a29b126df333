package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.authz.AlwaysAllow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who approves a CertificateSigningRequest and who signs it write different parts of it. */
class SigningRequestsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  private static final String APPROVED = "{'type':'Approved','status':'True','reason':'Known'}";

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(
          config ->
              config
                  .controllers(false)
                  .authorizers(rbac -> List.of(new AlwaysAllow()))
                  .authenticator(request -> new UserInfo("jane", "7", List.of("dev"), Map.of())));

  @BeforeEach
  void create() throws Exception {
    assertThat(send("POST", "", request()).code()).isEqualTo(201);
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** The request of the cases that kube-apiserver has answered. */
  private static ObjectNode request() throws IOException {
    try (InputStream in =
        SigningRequestsTest.class.getResourceAsStream(
            "/io/usher/apiserver/builtin/certificatesigningrequests.json")) {
      return (ObjectNode) JSON.readTree(in).path("base");
    }
  }

  private ApiResponse.Complete send(String method, String rest, JsonNode body) throws Exception {
    return (ApiResponse.Complete)
        server
            .server()
            .handle(
                ApiRequest.of(method, PATH + rest)
                    .withHeaders(
                        Headers.of(
                            Map.of(
                                "Content-Type",
                                List.of(
                                    method.equals("PATCH")
                                        ? "application/merge-patch+json"
                                        : "application/json"))))
                    .withBody(JSON.writeValueAsBytes(body)))
            .toCompletableFuture()
            .get();
  }

  private JsonNode patched(String part, String status) throws Exception {
    var answer =
        send(
            "PATCH",
            "/jane" + part,
            JSON.readTree(("{'status':" + status + "}").replace('\'', '"')));
    return JSON.readTree(answer.bytes());
  }

  private static String certificate() {
    return Base64.getEncoder()
        .encodeToString(
            """
            -----BEGIN CERTIFICATE-----
            MIIBdjCCARugAwIBAgIUcqO/6LK8l3l2MVtJldezCraF9acwCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEamFuZTAgFw0yNjExMjkxMDI4MDhaGA8yMTI2MTEwNTEwMjgw
            OFowDzENMAsGA1UEAwwEamFuZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGBz
            WaUoC6eoZp7go7ny2yCibikxETOvUQTA5uE5JlxsY7/FAr3Nqwvn/eQm2F1DIp5f
            8+qgInjtBAK/4c9MsL+jUzBRMB0GA1UdDgQWBBSJWBaVkcQLguzrNE06xq9e0FIJ
            FjAfBgNVHSMEGDAWgBSJWBaVkcQLguzrNE06xq9e0FIJFjAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0kAMEYCIQDi1Ca+bcm1mlrphUbd4keybkUzK4PdyoCT
            Evnkii+ChwIhAJenr6+kaTT1stXWYw3ov/kpQ2Vv2QKtvhWuuIVAbeUw
            -----END CERTIFICATE-----
            """
                .getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void approvedAndThenSignedOnce() throws Exception {
    JsonNode approved = patched("/approval", "{'conditions':[" + APPROVED + "]}");
    assertThat(approved.at("/spec/username").asText()).isEqualTo("jane");

    JsonNode signed = patched("/status", "{'certificate':'" + certificate() + "'}");
    assertThat(signed.at("/status/certificate").asText()).isEqualTo(certificate());
    assertThat(signed.at("/status/conditions/0/type").asText()).isEqualTo("Approved");

    assertThat(patched("/status", "{'certificate':null}").path("message").asText())
        .endsWith(
            "status.certificate: Forbidden: updates may not modify existing certificate content");
  }

  @Test
  void approvalHasItsTimesAndAnnotations() throws Exception {
    String approval =
        "{'metadata':{'annotations':{'a':'b'}},'spec':{'signerName':'x.y/z'},'status':"
            + "{'conditions':["
            + APPROVED
            + "]}}";
    JsonNode body = JSON.readTree(approval.replace('\'', '"'));
    JsonNode approved = JSON.readTree(send("PATCH", "/jane/approval", body).bytes());

    JsonNode condition = approved.at("/status/conditions/0");
    assertThat(condition.path("lastUpdateTime").asText()).isNotEmpty().doesNotContain("null");
    assertThat(condition.path("lastTransitionTime")).isEqualTo(condition.path("lastUpdateTime"));
    assertThat(approved.at("/metadata/annotations/a").asText()).isEqualTo("b");
    assertThat(approved.at("/spec/signerName").asText()).isEqualTo("example.com/clients");
    JsonNode again = JSON.readTree(send("PATCH", "/jane/approval", body).bytes());
    assertThat(again.at("/status/conditions/0/lastTransitionTime"))
        .isEqualTo(condition.path("lastTransitionTime"));
  }

  @Test
  void signerDecidesNothing() throws Exception {
    assertThat(patched("/status", "{'conditions':[" + APPROVED + "]}").path("message").asText())
        .endsWith(
            "status.conditions: Forbidden: updates may not add a condition of type \"Approved\"");

    patched("/approval", "{'conditions':[" + APPROVED + "]}");
    String other = APPROVED.replace("Known", "Other");
    JsonNode failed =
        patched("/status", "{'conditions':[{'type':'Failed','status':'True'}," + other + "]}");
    assertThat(failed.at("/status/conditions").findValuesAsText("type"))
        .containsExactly("Failed", "Approved");
    assertThat(failed.at("/status/conditions/1/reason").asText()).isEqualTo("Known");
  }

  @Test
  void approverSignsNothing() throws Exception {
    JsonNode approved =
        patched(
            "/approval", "{'conditions':[" + APPROVED + "],'certificate':'" + certificate() + "'}");

    assertThat(approved.at("/status/conditions")).hasSize(1);
    assertThat(approved.path("status").has("certificate")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[{'type':'Approved','status':'False'}] | status.conditions[0].status: Unsupported value:"
            + " \"False\": supported values: \"True\"",
        "[{'type':'','status':'True'}] | status.conditions[0].type: Required value",
        "[{'type':'x'}] | status.conditions[0].status: Required value",
        "[{'type':'x','status':'Yes'}] | status.conditions[0].status: Unsupported value: \"Yes\":"
            + " supported values: \"False\", \"True\", \"Unknown\"",
        "[{'type':'Approved','status':'True'},{'type':'Denied','status':'True'}] |"
            + " status.conditions: Invalid value: \"Denied\": Approved and Denied conditions are"
            + " mutually exclusive",
        "[{'type':'x','status':'True'},{'type':'x','status':'True'}] |"
            + " status.conditions[1].type: Duplicate value: \"x\""
      })
  void conditionsAreChecked(String conditions, String problem) throws Exception {
    JsonNode refused = patched("/approval", "{'conditions':" + conditions + "}");

    assertThat(refused.path("code").asInt()).isEqualTo(422);
    assertThat(refused.path("message").asText()).endsWith(problem);
  }

  @Test
  void decisionStays() throws Exception {
    patched("/approval", "{'conditions':[" + APPROVED + "]}");

    assertThat(patched("/approval", "{'conditions':[]}").path("message").asText())
        .endsWith(
            "status.conditions: Forbidden: updates may not remove a condition of type"
                + " \"Approved\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | must contain at least one CERTIFICATE PEM block",
        "-----BEGIN CERTIFICATE-----\\n*\\n-----END CERTIFICATE-----\\n | must contain at least one"
            + " CERTIFICATE PEM block",
        "-----BEGIN X-----\\nAAAA\\n-----END X-----\\n | only CERTIFICATE PEM blocks are allowed,"
            + " found \"X\"",
        "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n | a CERTIFICATE PEM block"
            + " holds no certificate"
      })
  void certificateIsChecked(String pem, String problem) throws Exception {
    String base64 =
        Base64.getEncoder()
            .encodeToString(pem.replace("\\n", "\n").getBytes(StandardCharsets.US_ASCII));

    assertThat(patched("/status", "{'certificate':'" + base64 + "'}").path("message").asText())
        .endsWith("status.certificate: Invalid value: \"<certificate data>\": " + problem);
  }
}
