package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.AdmissionChain;
import io.usher.apiserver.admission.webhook.MutatingWebhooks;
import io.usher.apiserver.admission.webhook.ValidatingWebhooks;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.authz.AlwaysAllow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks of this process, which are there before the first request: what they are asked. */
class InProcessWebhooksTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String POD =
      "{metadata: {name: web}, spec: {containers: [{name: c, image: i}]}}";

  private final List<JsonNode> asked = new ArrayList<>();
  private String patch = "";

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(
          config ->
              config
                  .controllers(false)
                  .defaultRoles(false)
                  .authenticator(request -> UserInfo.of("alice"))
                  .authorizers(rbac -> List.of(new AlwaysAllow()))
                  .admission(objects -> List.of(webhooks(objects))));

  private AdmissionChain webhooks(ObjectStore objects) {
    List<ObjectNode> configurations =
        Stream.of("Mutating", "Validating").map(InProcessWebhooksTest::configuration).toList();
    return new AdmissionChain(
        List.of(
            new MutatingWebhooks(objects, this::answer, configurations),
            new ValidatingWebhooks(objects, this::answer, Runnable::run, configurations)));
  }

  private static ObjectNode configuration(String phase) {
    return yaml(
        ("{kind: %sWebhookConfiguration, metadata: {name: all}, webhooks: [{name: %s.example.com,"
                + " admissionReviewVersions: [v1], sideEffects: None, rules: [{operations: ['*'],"
                + " apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*']}]}]}")
            .formatted(phase, phase));
  }

  private JsonNode answer(WebhookEndpoint webhook, ObjectNode review) {
    asked.add(review.path("request").deepCopy());
    ObjectNode answer = JSON.createObjectNode();
    answer.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    ObjectNode response = answer.putObject("response").put("allowed", true);
    response.put("uid", review.at("/request/uid").asText());
    if (webhook.name().startsWith("Mutating") && !patch.isEmpty()) {
      response.put("patchType", "JSONPatch");
      response.put(
          "patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
    }
    return answer;
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static ObjectNode yaml(String text) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private JsonNode send(String method, String uri, String body) throws IOException {
    byte[] bytes =
        body.isEmpty() ? new byte[0] : yaml(body).toString().getBytes(StandardCharsets.UTF_8);
    String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    ApiRequest request =
        ApiRequest.of(method, uri)
            .withHeaders(Headers.of(Map.of("Content-Type", List.of(type))))
            .withBody(bytes);
    ApiResponse response = server.server().handle(request).toCompletableFuture().join();
    return JSON.readTree(((ApiResponse.Complete) response).bytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        PODS
            + "/web/exec?command=sh&command=-c&stdin=true&tty=0 | {kind: PodExecOptions, apiVersion:"
            + " v1, stdin: true, stdout: true, stderr: true, command: [sh, -c]}",
        PODS
            + "/web/attach?container=c&tty=1 | {kind: PodAttachOptions, apiVersion: v1, stdout:"
            + " true, stderr: true, tty: true, container: c}",
        PODS
            + "/web/portforward?ports=80&ports=443 | {kind: PodPortForwardOptions, apiVersion: v1,"
            + " ports: [80, 443]}",
        "/api/v1/namespaces/default/services/kubernetes/proxy/a/b | {kind: ServiceProxyOptions,"
            + " apiVersion: v1, path: /a/b}",
        "/api/v1/nodes/n/proxy | {kind: NodeProxyOptions, apiVersion: v1}",
      })
  void connectionIsAdmittedWithItsOptions(String uri, String options) throws IOException {
    assertThat(send("POST", uri, "").path("kind").asText()).isEqualTo("Status");

    assertThat(asked).hasSize(2);
    for (JsonNode request : asked) {
      assertThat(request.path("operation").asText()).isEqualTo("CONNECT");
      assertThat(request.path("object")).isEqualTo(yaml(options));
      assertThat(request.path("kind").path("kind")).isEqualTo(yaml(options).path("kind"));
      assertThat(request.path("options").isNull()).isTrue();
    }
  }

  @Test
  void optionThatIsNoNumberIsNamed() throws IOException {
    assertThat(send("POST", PODS + "/web/portforward?ports=http", "").path("message").asText())
        .isEqualTo("ports: \"http\" is no number: write 8080");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatASubresourceTakesIsAdmittedAsCreated() throws IOException {
    send("POST", PODS, POD);
    asked.clear();

    assertThat(
            send("POST", PODS + "/web/eviction?dryRun=All", "{metadata: {name: web}}")
                .path("status")
                .asText())
        .isEqualTo("Success");

    assertThat(asked).hasSize(2);
    assertThat(asked.get(0).path("operation").asText()).isEqualTo("CREATE");
    assertThat(asked.get(0).path("subResource").asText()).isEqualTo("eviction");
    assertThat(asked.get(0).at("/object/kind").asText()).isEqualTo("Eviction");
    assertThat(asked.get(0).path("dryRun").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | namespace | other | 400 the namespace of the provided object does not match the"
            + " namespace sent on the request",
        "POST | resourceVersion | 7000 | 500 resourceVersion should not be set on objects to be"
            + " created",
        "PATCH | resourceVersion | 7000 | 409 Operation cannot be fulfilled on pods \"web\": the"
            + " object has been modified; please apply your changes to the latest version and try"
            + " again",
      })
  void webhookMayNotMoveAnObject(String method, String field, String value, String refusal)
      throws IOException {
    if (method.equals("PATCH")) {
      send("POST", PODS, POD);
    }
    patch = "[{\"op\":\"add\",\"path\":\"/metadata/%s\",\"value\":\"%s\"}]".formatted(field, value);

    JsonNode status =
        method.equals("POST") ? send(method, PODS, POD) : send(method, PODS + "/web", "{}");

    assertThat(status.path("code").asText() + " " + status.path("message").asText())
        .isEqualTo(refusal);
  }

  @Test
  void nothingHappensBehindAClientsBack() throws IOException {
    send("POST", "/api/v1/namespaces", "{metadata: {name: shop}}");
    send("DELETE", "/api/v1/namespaces/shop", "");

    assertThat(send("GET", "/api/v1/namespaces/shop", "").at("/status/phase").asText())
        .isEqualTo("Terminating");
    assertThat(send("GET", "/api/v1/serviceaccounts", "").path("items")).isEmpty();
    assertThat(send("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "").path("items"))
        .isEmpty();
  }
}
