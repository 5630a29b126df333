package io.usher.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.builtin.BuiltInTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Whatever is asked, the answer is what was asked for or a Status, and nobody's failure. */
class ApiServerFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ApiServer SERVER = server();

  private static ApiServer server() {
    var server =
        ApiServer.create(
            config -> {
              BuiltInTypes.builders(
                      Clock.systemUTC(),
                      (type, subresource) -> call -> nothing(),
                      (resource, name) -> call -> ApiResponse.of(200, "text/plain", new byte[0]))
                  .forEach(builder -> config.resource(builder.build()));
              config
                  .resource(
                      ResourceType.builder("example.com", "Widget")
                          .version(ServedVersion.of("v1"))
                          .build())
                  .authenticator(request -> UserInfo.of("anyone"))
                  .authorizer(objects -> new AlwaysAllow())
                  .random(new Random(1))
                  .admission(
                      objects ->
                          List.of(
                              new AdmissionPlugins(
                                      objects,
                                      (webhook, review) -> nothing(),
                                      Runnable::run,
                                      new Random(1),
                                      Clock.systemUTC())
                                  .named(
                                      List.of(
                                          "NamespaceLifecycle",
                                          "LimitRanger",
                                          "MutatingAdmissionWebhook",
                                          "ValidatingAdmissionWebhook",
                                          "ResourceQuota"))));
            });
    create(server, "", "namespaces", "{'metadata':{'name':'default'}}");
    create(
        server,
        "",
        "configmaps",
        "{'metadata':{'name':'a','namespace':'default','labels':{'l':'1'}},'data':{'a':'1'}}");
    create(
        server,
        "apps",
        "deployments",
        "{'metadata':{'name':'a','namespace':'default'},'spec':{'selector':{'matchLabels':{'l':'1'}},"
            + "'template':{'metadata':{'labels':{'l':'1'}},'spec':{'containers':"
            + "[{'name':'a','image':'a','ports':[{'containerPort':80}]}]}}}}");
    create(
        server,
        "example.com",
        "widgets",
        "{'metadata':{'name':'a','namespace':'default'},'spec':{'list':[1,{'a':null}]}}");
    return server;
  }

  private static ObjectNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static void create(ApiServer server, String group, String resource, String json) {
    try {
      server
          .objects()
          .create(
              new GroupResource(group, resource),
              JSON.readValue(json.replace('\'', '"'), ObjectNode.class));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A path with its query. */
  @FuzzTest
  void reads(byte[] uri) throws IOException {
    answered(ApiRequest.of("GET", new String(uri, StandardCharsets.UTF_8)));
  }

  /** {@code METHOD CONTENT-TYPE URI}, a line break, and the body. Nothing is stored. */
  @FuzzTest
  void writes(byte[] bytes) throws IOException {
    String[] headAndBody = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", 2);
    String[] head = headAndBody[0].split(" ", 3);
    if (headAndBody.length < 2 || head.length < 3) {
      return;
    }
    String uri = head[2] + (head[2].contains("?") ? '&' : '?') + "dryRun=All";
    answered(
        ApiRequest.of(head[0], uri)
            .withHeaders(Headers.of(Map.of("Content-Type", List.of(head[1]))))
            .withBody(headAndBody[1].getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static void answered(ApiRequest request) throws IOException {
    @Nullable ApiResponse response = SERVER.handle(request).toCompletableFuture().getNow(null);
    // A version from the future is waited for; a watch is not begun before its stream is started.
    if (!(response instanceof ApiResponse.Complete complete) || response.code() < 400) {
      return;
    }
    String text = new String(complete.bytes(), StandardCharsets.UTF_8);
    // What kube-apiserver says by Go's means, before it knows what is asked for.
    if (text.equals("404 page not found\n") || text.startsWith("Internal Server Error: ")) {
      return;
    }
    JsonNode status = JSON.readTree(text);
    assertThat(status.path("kind").asText()).isEqualTo("Status");
    assertThat(status.path("code").asInt()).isEqualTo(response.code());
    assertThat(status.path("message").asText()).isNotEmpty().doesNotContain("audit id");
  }
}
