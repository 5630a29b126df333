package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.schema.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whatever an embedded server is sent, nobody becomes who he may not be, and nothing gets past a
 * quota; what is refused gets a Status that says why.
 */
class EmbeddedApiServerFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ACCOUNT = "system:serviceaccount:default:robot";
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String SIGNING = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  private static final String WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String TEAM = "/api/v1/namespaces/team/";
  private static final Map<String, String> COUNTED =
      Map.of(
          "ConfigMap", TEAM + "configmaps",
          "PersistentVolumeClaim", TEAM + "persistentvolumeclaims",
          "Pod", TEAM + "pods",
          "Service", TEAM + "services");

  /** Who has a name in this header; whoever shows no credential is anonymous. */
  private static final Authenticator BY_NAME =
      request -> {
        String name = request.headers().first("Name");
        List<String> groups = "admin".equals(name) ? List.of("system:masters") : List.of();
        return name == null ? null : new UserInfo(name, "", groups, Map.of());
      };

  private static final EmbeddedApiServer SERVER =
      EmbeddedApiServer.create(
          config ->
              config
                  .controllers(false)
                  .library(library -> library.random(new Random(1)))
                  .admission(
                      objects ->
                          List.of(
                              new AdmissionPlugins(
                                      objects,
                                      (webhook, review) -> JSON.createObjectNode(),
                                      Runnable::run,
                                      new Random(1),
                                      Clock.systemUTC())
                                  .named(
                                      List.of(
                                          "LimitRanger",
                                          "ResourceQuota",
                                          "CertificateApproval",
                                          "CertificateSigning",
                                          "CertificateSubjectRestriction"))))
                  .anonymous(true)
                  .authenticator(BY_NAME));

  private static final String SECRET = secret();
  private static final String TOKEN = prepared();

  /** Makes what the targets need; gives a token. */
  private static String prepared() {
    created("/api/v1/namespaces", "{'metadata':{'name':'team'}}");
    created("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'robot'}}");
    role(
        "impersonates",
        "{'apiGroups':[''],'resources':['users'],'resourceNames':['jane'],'verbs':['impersonate']}");
    String ofSigners = "{'apiGroups':['certificates.k8s.io'],'resources':['signers'],";
    role(
        "asks",
        "{'apiGroups':['certificates.k8s.io'],'resources':['certificatesigningrequests',"
            + "'certificatesigningrequests/approval','certificatesigningrequests/status'],"
            + "'verbs':['*']},"
            + ofSigners
            + "'resourceNames':['example.com/clients'],'verbs':['approve']},"
            + ofSigners
            + "'resourceNames':['example.com/*'],'verbs':['sign']}");
    return created(
            "/api/v1/namespaces/default/serviceaccounts/robot/token",
            "{'spec':{'expirationSeconds':4294967296}}")
        .at("/status/token")
        .asText();
  }

  /** A role, bound to a user of the same name. */
  private static void role(String name, String rules) {
    String group = "/apis/rbac.authorization.k8s.io/v1/";
    created(group + "clusterroles", "{'metadata':{'name':'" + name + "'},'rules':[" + rules + "]}");
    created(
        group + "clusterrolebindings",
        "{'metadata':{'name':'"
            + name
            + "'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'"
            + name
            + "'},'subjects':[{'apiGroup':'rbac.authorization.k8s.io','kind':'User','name':'"
            + name
            + "'}]}");
  }

  private static JsonNode created(String path, String json) {
    var answer = sent("POST", path, Map.of("Name", "admin"), json.replace('\'', '"'));
    assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    return answer.json();
  }

  private record Answer(int code, String text) {
    JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new AssertionError(text, e);
      }
    }
  }

  private static Answer sent(String method, String path, Map<String, String> headers, String body) {
    var all = new LinkedHashMap<String, List<String>>();
    all.put("Content-Type", List.of("application/json"));
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    return sent(method, path, Headers.of(all), body);
  }

  /** What is answered; a refusal that is no Status is a finding. */
  private static Answer sent(String method, String path, Headers headers, String body) {
    Answer answer = answered(method, path, headers, body);
    if (answer.code() >= 400) {
      assertThat(answer.json().path("kind").asText()).isEqualTo("Status");
      assertThat(answer.json().path("message").asText()).isNotEmpty();
    }
    return answer;
  }

  /** What is answered; a failure of the server, and the key of tokens, are findings. */
  private static Answer answered(String method, String path, Headers headers, String body) {
    ApiRequest request = ApiRequest.of(method, path).withHeaders(headers);
    if (!body.isEmpty()) {
      request = request.withBody(body.getBytes(StandardCharsets.UTF_8));
    }
    @Nullable ApiResponse response = SERVER.server().handle(request).toCompletableFuture().join();
    assertThat(response).isInstanceOf(ApiResponse.Complete.class);
    var answer =
        new Answer(
            response.code(),
            new String(((ApiResponse.Complete) response).bytes(), StandardCharsets.UTF_8));
    assertThat(answer.code()).as(answer.text()).isLessThan(500);
    assertThat(answer.text()).doesNotContain(SECRET);
    return answer;
  }

  /** Lines {@code NAME: VALUE}: headers of an impersonation. */
  @FuzzTest
  void impersonation(byte[] bytes) {
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n")) {
      String[] parts = line.split(": ?", 2);
      if (parts.length == 2 && parts[0].regionMatches(true, 0, "Impersonate-", 0, 12)) {
        headers.computeIfAbsent(parts[0], absent -> new ArrayList<>()).add(parts[1]);
      }
    }
    Map<String, List<String>> nobody = new LinkedHashMap<>(headers);
    nobody.put("Name", List.of("nobody"));
    assertThat(sent("GET", "/api/v1/nodes", Headers.of(nobody), "").code()).isIn(400, 403);

    Map<String, List<String>> allowed = new LinkedHashMap<>(headers);
    allowed.put("Name", List.of("impersonates"));
    allowed.put("Content-Type", List.of("application/json"));
    Answer answer = sent("POST", WHOAMI, Headers.of(allowed), "{}");
    if (answer.code() == 201) {
      JsonNode user = answer.json().at("/status/userInfo");
      assertThat(user.path("username").asText()).isIn("impersonates", "jane");
      assertThat(user.path("groups"))
          .extracting(JsonNode::asText)
          .isSubsetOf("system:authenticated");
      assertThat(user.has("uid") || user.has("extra")).isFalse();
    } else {
      assertThat(answer.code()).isIn(400, 403);
    }
  }

  /** A token as it is, and as what changes one that counts. */
  @FuzzTest
  void tokens(byte[] bytes) {
    String given = new String(bytes, StandardCharsets.ISO_8859_1);
    knowsTheAccountAtMost(given);
    char[] changed = TOKEN.toCharArray();
    for (int i = 0; i + 2 < bytes.length; i += 3) {
      int place = ((bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF) % changed.length;
      changed[place] = (char) (bytes[i + 2] & 0x7F);
    }
    knowsTheAccountAtMost(new String(changed));
  }

  private static void knowsTheAccountAtMost(String token) {
    Answer whoami = sent("POST", WHOAMI, Map.of("Authorization", "Bearer " + token), "{}");
    if (whoami.code() == 201) {
      assertThat(whoami.json().at("/status/userInfo/username").asText()).isEqualTo(ACCOUNT);
    } else {
      // Without a token before the next blank nobody shows any.
      assertThat(whoami.code()).isEqualTo(token.isBlank() || token.startsWith(" ") ? 403 : 401);
    }
    ObjectNode review = JSON.createObjectNode();
    review.putObject("spec").put("token", token);
    Answer reviewed = sent("POST", REVIEWS, Map.of("Name", "admin"), review.toString());
    if (reviewed.code() == 201) {
      JsonNode status = reviewed.json().path("status");
      assertThat(status.path("authenticated").asBoolean()).isEqualTo(whoami.code() == 201);
      assertThat(status.at("/user/username").asText()).isIn("", ACCOUNT);
    }
  }

  /** The JSON of a TokenRequest. */
  @FuzzTest
  void tokenRequests(byte[] json) {
    Answer answer =
        sent(
            "POST",
            "/api/v1/namespaces/default/serviceaccounts/robot/token",
            Map.of("Name", "admin"),
            new String(json, StandardCharsets.UTF_8));
    if (answer.code() == 201) {
      knowsTheAccountAtMost(answer.json().at("/status/token").asText());
    }
  }

  /**
   * {@code {"spec": what is asked for, "status": what is decided and signed}}. Whatever is
   * answered, the request stays what it was, its user the one who has made it, and its signer one
   * that he may approve or sign for.
   */
  @FuzzTest
  void signingRequests(byte[] json) {
    if (!(parsed(json) instanceof ObjectNode given)) {
      return;
    }
    Map<String, String> jane = Map.of("Name", "asks");
    ObjectNode request = JSON.createObjectNode();
    request.putObject("metadata").put("name", "a");
    request.set("spec", given.path("spec"));
    Answer created = sent("POST", SIGNING, jane, request.toString());
    if (created.code() != 201) {
      return;
    }
    try {
      JsonNode spec = created.json().path("spec");
      assertThat(spec.path("username").asText()).isEqualTo("asks");
      assertThat(spec.path("groups"))
          .extracting(JsonNode::asText)
          .containsExactly("system:authenticated");
      ObjectNode decided = (ObjectNode) created.json();
      decided.set("spec", given.path("status"));
      decided.set("status", given.path("status"));
      ((ObjectNode) decided.path("metadata")).remove("resourceVersion");
      for (String part : List.of("", "/approval", "/status", "/approval")) {
        sent("PUT", SIGNING + "/a" + part, jane, decided.toString());
      }
      JsonNode now = sent("GET", SIGNING + "/a", jane, "").json();
      assertThat(now.path("spec")).isEqualTo(spec);
      var types = now.at("/status/conditions").findValuesAsText("type");
      assertThat(types.contains("Approved") && types.contains("Denied")).isFalse();
      String signer = spec.path("signerName").asText();
      if (types.contains("Approved") || types.contains("Denied")) {
        assertThat(signer).isEqualTo("example.com/clients");
      }
      if (!now.path("status").isEmpty()) {
        assertThat(signer).startsWith("example.com/");
      }
    } finally {
      sent("DELETE", SIGNING + "/a", jane, "");
    }
  }

  /**
   * {@code {"group": G, "plural": P}}, of a definition. Whatever it defines, the key of tokens is
   * not among it, and stays as it is.
   */
  @FuzzTest
  void definitions(byte[] json) {
    if (!(parsed(json) instanceof ObjectNode given)) {
      return;
    }
    Map<String, String> admin = Map.of("Name", "admin");
    String group = given.path("group").asText("usher.io");
    String plural = given.path("plural").asText("tokenkeys");
    ObjectNode definition = JSON.createObjectNode();
    definition.putObject("metadata").put("name", plural + '.' + group);
    ObjectNode spec = definition.putObject("spec").put("group", group).put("scope", "Cluster");
    spec.putObject("names").put("plural", plural).put("kind", "Key");
    ObjectNode version = spec.putArray("versions").addObject().put("name", "v1");
    version.put("served", true).put("storage", true);
    version
        .withObject("/schema/openAPIV3Schema")
        .put("type", "object")
        .put("x-kubernetes-preserve-unknown-fields", true);
    if (sent("POST", DEFINITIONS, admin, definition.toString()).code() != 201) {
      return;
    }
    assertThat(group).doesNotStartWith("_");
    String path = DEFINITIONS + '/' + plural + '.' + group;
    Answer named;
    do {
      named = sent("GET", path, admin, "");
    } while (!named.text().contains("NamesAccepted"));
    String keys = "/apis/" + group + "/v1/" + plural;
    for (String each : List.of(keys, keys + "/serviceaccounts")) {
      answered("GET", each, Headers.of(Map.of("Name", List.of("admin"))), "");
    }
    sent("DELETE", path, admin, "");
    Answer whoami = sent("POST", WHOAMI, Map.of("Authorization", "Bearer " + TOKEN), "{}");
    assertThat(whoami.json().at("/status/userInfo/username").asText()).isEqualTo(ACCOUNT);
  }

  private static String secret() {
    var key = new StoredKey(SERVER.server()::storage).key();
    ObjectNode json = JSON.createObjectNode();
    key.write(json);
    return json.path("privateKey").asText();
  }

  /** {@code {"spec": a quota's, "objects": objects that count}}. */
  @FuzzTest
  void quotas(byte[] json) {
    if (!(parsed(json) instanceof ObjectNode given)) {
      return;
    }
    Map<String, String> admin = Map.of("Name", "admin");
    ObjectNode quota = JSON.createObjectNode();
    quota.putObject("metadata").put("name", "q");
    quota.set("spec", given.path("spec"));
    String quotas = TEAM + "resourcequotas";
    if (sent("POST", quotas, admin, quota.toString()).code() != 201) {
      return;
    }
    try {
      int count = 0;
      for (JsonNode each : given.path("objects")) {
        String path = COUNTED.get(each.path("kind").asText());
        if (path != null && each instanceof ObjectNode object && count < 5) {
          object.putObject("metadata").put("name", "o" + count++);
          sent("POST", path, admin, object.toString());
        }
      }
      JsonNode status = sent("GET", quotas + "/q", admin, "").json().path("status");
      for (Map.Entry<String, JsonNode> hard : status.path("hard").properties()) {
        JsonNode used = status.path("used").path(hard.getKey());
        if (!used.isMissingNode() && count > 0) {
          assertThat(Quantity.value(used.asText()))
              .as(status.toString())
              .isLessThanOrEqualTo(Quantity.value(hard.getValue().asText()));
        }
      }
    } finally {
      sent("DELETE", quotas + "/q", admin, "");
      COUNTED.values().forEach(path -> sent("DELETE", path, admin, ""));
    }
  }

  private static JsonNode parsed(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }
}
