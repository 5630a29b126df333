package io.usher.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.patch.JsonMergePatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The kinds with defaults and validation answer as kube-apiserver 1.36.3 did when {@code
 * tools/kube/cases.py} asked it; that says what a case is, and what is left out of its answer.
 */
class KindCasesTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern UID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern STRUCT = Pattern.compile("Invalid value: \\{.{400,}\\}: ");
  private static final String TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";
  private static final Pattern WARNING = Pattern.compile("299 - \"(.*)\"");

  private static final Set<String> OF_THE_CLUSTER =
      Set.of(
          "certificatesigningrequests",
          "clusterrolebindings",
          "clusterroles",
          "flowschemas",
          "namespaces",
          "priorityclasses",
          "prioritylevelconfigurations");

  /** Who asks kube-apiserver in {@code cases.py}. */
  private static final UserInfo ADMIN =
      new UserInfo("admin", "admin", List.of("system:masters", "system:authenticated"), Map.of());

  private static final ApiServer SERVER =
      ApiServer.create(
          config -> {
            config.authenticator(request -> ADMIN).authorizer(objects -> new AlwaysAllow());
            BuiltInTypes.builders(
                    Clock.systemUTC(),
                    (resource, name) -> call -> JsonNodeFactory.instance.objectNode(),
                    (resource, name) -> call -> ApiResponse.of(200, "text/plain", new byte[0]))
                .forEach(builder -> config.resource(builder.build()));
          });

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @TestFactory
  Stream<DynamicNode> cases() throws IOException {
    var tests = new ArrayList<DynamicNode>();
    var kinds = new TreeSet<>(Kinds.all(Clock.systemUTC()).keySet());
    // The table of requests has its cases.
    kinds.remove("customresourcedefinitions.apiextensions.k8s.io");
    for (String kind : kinds) {
      String plural = kind.split("\\.")[0];
      JsonNode cases = read(plural + ".json");
      JsonNode answers = read(plural + ".answers.json");
      for (Map.Entry<String, JsonNode> each : cases.get("rows").properties()) {
        String name = each.getKey();
        tests.add(
            DynamicTest.dynamicTest(
                plural + ": " + name,
                () ->
                    assertThat(row(plural, cases.get("base"), name, each.getValue()))
                        .isEqualTo(answers.get(name).get("cells"))));
      }
      for (String group : List.of("accepted", "refused")) {
        for (Map.Entry<String, JsonNode> each : cases.get(group).properties()) {
          String name = each.getKey();
          tests.add(
              DynamicTest.dynamicTest(
                  plural + ": " + name,
                  () ->
                      assertThat(answer(plural, cases.get("base"), name, each.getValue()))
                          .isEqualTo(answers.get(name))));
        }
      }
    }
    return tests.stream();
  }

  private static JsonNode read(String name) throws IOException {
    try (InputStream in = KindCasesTest.class.getResourceAsStream(name)) {
      return JSON.readTree(in);
    }
  }

  private static String path(String plural, JsonNode base) {
    String version = base.get("apiVersion").textValue();
    return (version.contains("/") ? "/apis/" : "/api/")
        + version
        + (OF_THE_CLUSTER.contains(plural) ? "/" : "/namespaces/default/")
        + plural;
  }

  /** An object of its own for a case. */
  private static ObjectNode own(JsonNode base, String name) {
    ObjectNode own = base.deepCopy();
    own.withObject("/metadata").put("name", name.toLowerCase(Locale.ROOT).replace(' ', '-'));
    return own;
  }

  private static JsonNode row(String plural, JsonNode base, String name, JsonNode row)
      throws Exception {
    String path = path(plural, base);
    ApiResponse.Complete created = send("POST", path, merge(own(base, name), row.get("object")));
    JsonNode object = JSON.readTree(created.bytes());
    path += '/' + object.at("/metadata/name").asText();
    if (row.has("status")) {
      ObjectNode status = JSON.createObjectNode().set("status", row.get("status"));
      assertThat(send("PUT", path + "/status", merge(object, status)).code()).isEqualTo(200);
    }
    var table =
        (ApiResponse.Complete)
            SERVER
                .handle(
                    ApiRequest.of("GET", path)
                        .withHeaders(Headers.of(Map.of("Accept", List.of(TABLE)))))
                .toCompletableFuture()
                .get();
    ArrayNode cells = JSON.createArrayNode();
    JSON.readTree(table.bytes()).at("/rows/0/cells").forEach(cell -> cells.add(shown(cell)));
    return cells;
  }

  private static JsonNode shown(JsonNode cell) {
    return cell.isTextual()
        ? TextNode.valueOf(
            UID.matcher(cell.textValue())
                .replaceAll("UID")
                .replaceAll("^[0-9]+[smhdy][0-9smhdy]*$", "AGE")
                .replaceAll("^10[.]96[.][0-9.]+$", "IP")
                .replaceAll(":3[0-9]{4}/", ":30000/"))
        : cell;
  }

  private static JsonNode answer(String plural, JsonNode base, String name, JsonNode patch)
      throws Exception {
    String path = path(plural, base);
    if (!patch.has("was")) {
      return masked(send("POST", path + "?dryRun=All", merge(base, patch)));
    }
    ApiResponse.Complete created = send("POST", path, merge(own(base, name), patch.get("was")));
    assertThat(created.code()).isEqualTo(201);
    JsonNode object = JSON.readTree(created.bytes());
    return masked(
        send(
            "PUT",
            path + '/' + object.at("/metadata/name").asText() + "?dryRun=All",
            merge(object, patch.get("now"))));
  }

  private static ObjectNode merge(JsonNode target, JsonNode patch) {
    return (ObjectNode) JsonMergePatch.apply(target.deepCopy(), patch);
  }

  private static ApiResponse.Complete send(String method, String uri, ObjectNode body)
      throws Exception {
    return (ApiResponse.Complete)
        SERVER
            .handle(
                ApiRequest.of(method, uri)
                    .withHeaders(Headers.of(Map.of("Content-Type", List.of("application/json"))))
                    .withBody(JSON.writeValueAsBytes(body)))
            .toCompletableFuture()
            .get();
  }

  private static JsonNode masked(ApiResponse.Complete response) throws IOException {
    String text = new String(response.bytes(), StandardCharsets.UTF_8);
    ObjectNode body = (ObjectNode) JSON.readTree(UID.matcher(text).replaceAll("UID"));
    if (body.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp", "managedFields"));
    }
    body.at("/details/causes").forEach(cause -> withoutStruct((ObjectNode) cause));
    withoutStruct(body);
    body.at("/status/conditions")
        .forEach(condition -> ((ObjectNode) condition).remove("lastTransitionTime"));
    if (body.path("kind").asText().equals("Service")) {
      withoutAddresses((ObjectNode) body.get("spec"));
    }
    ObjectNode answer = JSON.createObjectNode().put("code", response.code());
    answer.set("body", body);
    List<String> warnings = response.headers().all("Warning");
    if (!warnings.isEmpty()) {
      var texts = answer.putArray("warnings");
      for (String warning : warnings) {
        texts.add(WARNING.matcher(warning).replaceAll("$1").replace("\\\"", "\""));
      }
    }
    return answer;
  }

  private static void withoutStruct(ObjectNode holder) {
    if (holder.path("message").isTextual()) {
      String message = holder.get("message").textValue();
      holder.put("message", STRUCT.matcher(message).replaceAll("Invalid value: {}: "));
    }
  }

  private static void withoutAddresses(ObjectNode spec) {
    if (spec.path("clusterIP").asText().startsWith("10.96.")) {
      spec.put("clusterIP", "IP").putArray("clusterIPs").add("IP");
    }
    for (JsonNode port : spec.path("ports")) {
      if (port.has("nodePort")) {
        ((ObjectNode) port).put("nodePort", 30000);
      }
    }
    if (spec.has("healthCheckNodePort")) {
      spec.put("healthCheckNodePort", 30000);
    }
  }
}
