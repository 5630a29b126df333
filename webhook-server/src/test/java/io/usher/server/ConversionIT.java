package io.usher.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.http.HttpSettings;
import io.usher.webhook.ConversionTarget;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversionIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KIND = "Tab.example.com";

  @TempDir private Path directory;

  private static WebhookRegistration tabs() {
    return WebhookRegistration.named("tabs.example.com")
        .converting(
            "up",
            ConversionTarget.ofTrees(KIND, "v1alpha1", "v1"),
            (tab, context) -> {
              ObjectNode spec = tab.withObject("/spec");
              return tab.set(
                  "spec", spec.put("size", Integer.parseInt(spec.path("size").asText())));
            })
        .converting("down", ConversionTarget.ofTrees(KIND, "v1", "v1alpha1"), (tab, context) -> tab)
        .build();
  }

  private UsherServer start() {
    return UsherServer.create(
            config ->
                config
                    .webhooks(tabs())
                    .set(HttpSettings.HOST, "127.0.0.1")
                    .set(HttpSettings.PORT, 0)
                    .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
                    .set(HttpSettings.HEALTH_PORT, 0)
                    .set(HttpSettings.MAX_BODY, 1_000)
                    .set(EngineSettings.CONVERSION_MAX_BODY, 100_000)
                    .set(CertificateSettings.DEV_CERTS, directory.resolve("tls")))
        .start();
  }

  @Test
  void convertsBodiesThatAreLargerThanThoseOfOtherReviews() throws Exception {
    try (var server = start()) {
      String body = review("1", "2", "x".repeat(2_000)).toString().replace("x".repeat(2_000), "3");
      HttpResponse<String> answer = post(server, body + " ".repeat(10_000));

      assertThat(answer.statusCode()).isEqualTo(200);
      JsonNode response = JSON.readTree(answer.body()).get("response");
      assertThat(response.at("/result/status").asText()).isEqualTo("Success");
      assertThat(response.at("/convertedObjects/2/spec/size").asInt()).isEqualTo(3);
      assertThat(metrics(server))
          .contains(
              "usher_conversions_total{result=\"converted\",webhook=\"tabs.example.com\"} 1.0")
          .contains(
              "usher_conversion_objects_total{result=\"converted\",webhook=\"tabs.example.com\"} 3.0")
          .contains("usher_conversion_duration_seconds_count{webhook=\"tabs.example.com\"} 1")
          .contains(
              "usher_rule_duration_seconds_count{rule=\"up\",webhook=\"tabs.example.com\"} 3");
    }
  }

  @Test
  void oneFailureFailsTheReview() throws Exception {
    try (var server = start()) {
      assertThat(metrics(server))
          .contains("usher_conversions_total{result=\"failed\",webhook=\"tabs.example.com\"} 0.0");

      HttpResponse<String> answer = post(server, review("1", "two").toString());

      JsonNode response = JSON.readTree(answer.body()).get("response");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(response.at("/result/message").asText())
          .isEqualTo("rule up failed on Tab tab-1 (v1alpha1 to v1)");
      assertThat(metrics(server))
          .contains("usher_conversions_total{result=\"failed\",webhook=\"tabs.example.com\"} 1.0")
          .contains("usher_rule_errors_total{rule=\"up\",webhook=\"tabs.example.com\"} 1.0");
    }
  }

  @Test
  void bodyThatIsTooLargeNamesTheSetting() throws Exception {
    try (var server = start()) {
      HttpResponse<String> answer = post(server, review("1") + " ".repeat(100_001));

      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("more than 100000 (conversion-max-body)");
    }
  }

  @Test
  void apiServerOfTheSameProcessCallsConversions() throws Exception {
    try (var webhooks = InProcessWebhooks.load(config -> config.webhooks(tabs()))) {
      ObjectNode client = JSON.createObjectNode();
      client.putObject("service").put("path", "/convert/tabs.example.com");

      JsonNode answer = webhooks.call(new WebhookEndpoint("tabs", client, 30), review("1"));

      assertThat(answer.at("/response/convertedObjects/0/apiVersion").asText())
          .isEqualTo("example.com/v1");
    }
  }

  private HttpResponse<String> post(UsherServer server, String body) throws Exception {
    // HTTP/2, as the API server: a body that is refused while it is sent ends its stream alone.
    HttpClient client = TrustingClient.of(directory.resolve("tls/ca.crt")).build();
    var uri =
        URI.create("https://127.0.0.1:" + server.port() + "/convert/tabs.example.com?timeout=30s");
    return client.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(UTF_8)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String metrics(UsherServer server) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.healthPort() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static ObjectNode review(String... sizes) {
    ObjectNode review = JSON.createObjectNode();
    review.put("kind", "ConversionReview").put("apiVersion", "apiextensions.k8s.io/v1");
    ArrayNode objects =
        review
            .putObject("request")
            .put("uid", "r-1")
            .put("desiredAPIVersion", "example.com/v1")
            .putArray("objects");
    for (String size : sizes) {
      ObjectNode tab = objects.addObject();
      tab.put("apiVersion", "example.com/v1alpha1").put("kind", "Tab");
      tab.putObject("metadata").put("name", "tab-" + (objects.size() - 1));
      tab.putObject("spec").put("size", size);
    }
    return review;
  }
}
