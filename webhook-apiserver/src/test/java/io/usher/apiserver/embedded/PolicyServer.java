package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.audit.AuditLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server whose policies are there when it starts, so that no request comes before they are. */
final class PolicyServer implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();
  static final YAMLMapper YAML = new YAMLMapper();

  private final ByteArrayOutputStream audit = new ByteArrayOutputStream();
  private final List<String> calls = new ArrayList<>();
  private final Map<String, String> answers = new HashMap<>();
  private final EmbeddedApiServer server;
  private List<String> warnings = List.of();
  private String user = "admin";

  PolicyServer(String... manifests) {
    server =
        EmbeddedApiServer.create(
            config ->
                config
                    .controllers(false)
                    .authenticator(request -> UserInfo.of(user, group()))
                    .admission(
                        objects -> {
                          for (String manifest : manifests) {
                            store(objects, manifest);
                          }
                          return List.of(
                              new AdmissionPlugins(
                                      objects,
                                      this::webhook,
                                      Runnable::run,
                                      new Random(1),
                                      Clock.systemUTC())
                                  .named(AdmissionPlugins.DEFAULT));
                        })
                    .library(library -> library.audit(new AuditLog(audit))));
    post("/api/v1/namespaces", "{metadata: {name: team, labels: {env: test}}}");
    post("/api/v1/namespaces/team/serviceaccounts", "{metadata: {name: default}}");
  }

  private String group() {
    return user.equals("admin") ? "system:masters" : "devs";
  }

  /** Objects of these kinds are given as they are stored. */
  private static void store(ObjectStore objects, String manifest) {
    ObjectNode object = node(manifest);
    String kind = object.path("kind").asText();
    String plural = kind.toLowerCase(Locale.ROOT);
    plural = plural.endsWith("y") ? plural.substring(0, plural.length() - 1) + "ies" : plural + 's';
    String apiVersion = object.path("apiVersion").asText("admissionregistration.k8s.io/v1");
    object.put("apiVersion", apiVersion);
    int slash = apiVersion.indexOf('/');
    objects.create(
        new GroupResource(slash < 0 ? "" : apiVersion.substring(0, slash), plural), object);
  }

  private JsonNode webhook(WebhookEndpoint webhook, ObjectNode review) {
    calls.add(webhook.name() + ' ' + review.at("/request/object/metadata/labels"));
    ObjectNode answer = JSON.createObjectNode();
    answer.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    answer
        .putObject("response")
        .put("allowed", true)
        .put("uid", review.at("/request/uid").asText())
        .setAll(node(answers.getOrDefault(webhook.name(), "{}")));
    return answer;
  }

  /** Has a webhook answer so from now on; what the answer leaves out admits. */
  PolicyServer answering(String webhook, String response) {
    answers.put(webhook, response);
    return this;
  }

  /** The webhooks called, with the labels that they saw. */
  List<String> calls() {
    return calls;
  }

  static ObjectNode node(String yaml) {
    try {
      return (ObjectNode) YAML.readTree(yaml);
    } catch (IOException e) {
      throw new IllegalArgumentException(yaml, e);
    }
  }

  PolicyServer as(String other) {
    user = other;
    return this;
  }

  /** What the server answers; the warnings are those of the last answer. */
  JsonNode send(String method, String uri, String yaml) {
    byte[] body =
        yaml.isEmpty() ? new byte[0] : node(yaml).toString().getBytes(StandardCharsets.UTF_8);
    ApiRequest request =
        ApiRequest.of(method, uri)
            .withHeaders(Headers.of(Map.of("Content-Type", List.of("application/json"))))
            .withBody(body);
    try {
      ApiResponse response =
          server.server().handle(request).toCompletableFuture().get(60, TimeUnit.SECONDS);
      warnings = response.headers().all("Warning");
      return JSON.readTree(((ApiResponse.Complete) response).bytes());
    } catch (InterruptedException | ExecutionException | TimeoutException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode post(String uri, String yaml) {
    return send("POST", uri, yaml);
  }

  /** The message of the status that a request is answered with; empty where it goes well. */
  String message(String uri, String yaml) {
    JsonNode answer = post(uri, yaml);
    return answer.path("kind").asText().equals("Status") ? answer.path("message").asText() : "";
  }

  List<String> warnings() {
    return warnings;
  }

  /** The lines of the audit log with an annotation. */
  String auditAnnotation(String key) {
    return audit
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(
            line -> {
              try {
                return JSON.readTree(line).path("annotations").path(key).asText();
              } catch (IOException e) {
                throw new IllegalStateException(line, e);
              }
            })
        .filter(value -> !value.isEmpty())
        .reduce("", (one, other) -> other);
  }

  @Override
  public void close() {
    server.close();
  }
}
