package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddedApiServerTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

  /** Whoever names himself in a header is believed. */
  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(
          config ->
              config
                  .authority("a CA")
                  .authenticator(
                      request -> {
                        String user = request.headers().first("User");
                        return user == null
                            ? UserInfo.of("admin", "system:masters", "system:authenticated")
                            : UserInfo.of(user, "system:authenticated");
                      }));

  @AfterEach
  void close() {
    server.close();
  }

  private ApiResponse answer(String method, String uri, String body, String... headers) {
    ApiRequest request = ApiRequest.of(method, uri).withBody(body.getBytes(StandardCharsets.UTF_8));
    if (headers.length > 0) {
      request = request.withHeaders(Headers.of(Map.of(headers[0], List.of(headers[1]))));
    }
    try {
      return server.server().handle(request).toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode send(String method, String uri, String body, String... headers) {
    try {
      return JSON.readTree(((ApiResponse.Complete) answer(method, uri, body, headers)).bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode merge(String uri, String patch) {
    return send("PATCH", uri, patch, "Content-Type", "application/merge-patch+json");
  }

  private JsonNode get(String uri) {
    return send("GET", uri, "");
  }

  private boolean isThere(String uri) {
    return !get(uri).path("code").asText().equals("404");
  }

  private static void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }

  private String createConfigMap(String name, String metadata) {
    String body = "{\"metadata\":{\"name\":\"" + name + "\"" + metadata + "}}";
    JsonNode created = send("POST", CONFIG_MAPS, body);
    assertThat(created.path("kind").asText()).as(created.toString()).isEqualTo("ConfigMap");
    return created.at("/metadata/uid").asText();
  }

  private static String reference(String name, String uid) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\""
        + name
        + "\",\"uid\":\""
        + uid
        + "\",\"blockOwnerDeletion\":true}";
  }

  private static String owners(String... references) {
    return ",\"ownerReferences\":[" + String.join(",", references) + "]";
  }

  private static String ownedBy(String name, String uid) {
    return owners(reference(name, uid));
  }

  @Test
  void namespacesAreThereAndFurnished() throws Exception {
    for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
      String namespace = "/api/v1/namespaces/" + name;
      assertThat(get(namespace).at("/status/phase").asText()).isEqualTo("Active");
      await(() -> isThere(namespace + "/serviceaccounts/default"));
      await(() -> isThere(namespace + "/configmaps/kube-root-ca.crt"));
    }
    assertThat(get(CONFIG_MAPS + "/kube-root-ca.crt").at("/data/ca.crt").asText())
        .isEqualTo("a CA");
    assertThat(isThere("/api/v1/namespaces/default/services/kubernetes")).isTrue();
  }

  @Test
  void partsOfTheServerTellHowTheyAre() {
    JsonNode all = get("/api/v1/componentstatuses");
    assertThat(all.findValuesAsText("name")).containsExactly("controller-manager", "storage");
    assertThat(get("/api/v1/componentstatuses/storage").at("/conditions/0/status").asText())
        .isEqualTo("True");
    assertThat(isThere("/api/v1/componentstatuses/scheduler")).isFalse();
  }

  @Test
  void furnitureThatIsDeletedComesBack() throws Exception {
    String account = "/api/v1/namespaces/default/serviceaccounts/default";
    await(() -> isThere(account));
    String uid = get(account).at("/metadata/uid").asText();
    send("DELETE", account, "");
    await(() -> isThere(account) && !get(account).at("/metadata/uid").asText().equals(uid));
  }

  @Test
  void authorityThatIsChangedComesBack() {
    String map = CONFIG_MAPS + "/kube-root-ca.crt";
    await(() -> isThere(map));
    merge(map, "{\"data\":{\"ca.crt\":\"another\",\"more\":\"x\"}}");
    await(() -> get(map).path("data").toString().equals("{\"ca.crt\":\"a CA\"}"));
  }

  @Test
  void aggregatedRoleShowsTheRulesOfTheOthers() {
    String roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    await(() -> !get(roles + "/view").path("rules").isEmpty());
    send(
        "POST",
        roles,
        """
        {"metadata":{"name":"all"},
         "aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"into":"all"}}]}}""");
    String rule = "{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"pods\"]}";
    send(
        "POST",
        roles,
        "{\"metadata\":{\"name\":\"part\",\"labels\":{\"into\":\"all\"}},\"rules\":["
            + rule
            + "]}");
    await(() -> get(roles + "/all").path("rules").toString().equals('[' + rule + ']'));
    send("DELETE", roles + "/part", "");
    await(() -> get(roles + "/all").path("rules").isEmpty());
  }

  @Test
  void requestsCountAsTheirFlowSchema() {
    String schemas = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
    String levels = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
    // The first request of all.
    Headers headers = answer("GET", "/version", "").headers();
    String uid = get(schemas + "/exempt").at("/metadata/uid").asText();
    assertThat(headers.first("x-kubernetes-pf-flowschema-uid")).isEqualTo(uid);
    assertThat(headers.first("x-kubernetes-pf-prioritylevel-uid"))
        .isNotEqualTo(uid)
        .isEqualTo(get(levels + "/exempt").at("/metadata/uid").asText());
    send(
        "POST",
        schemas,
        """
        {"metadata":{"name":"mine"},"spec":{"priorityLevelConfiguration":{"name":"later"}}}""");
    await(() -> dangling(schemas + "/mine").equals("True"));
    send(
        "POST",
        levels,
        "{\"metadata\":{\"name\":\"later\"},\"spec\":{\"type\":\"Limited\",\"limited\":{\"limitResponse\":{\"type\":\"Reject\"}}}}");
    await(() -> dangling(schemas + "/mine").equals("False"));
    send("DELETE", schemas + "/exempt", "");
    await(() -> isThere(schemas + "/exempt"));
    // Mandatory: whatever the annotation says.
    merge(
        schemas + "/catch-all",
        "{\"metadata\":{\"annotations\":{\"apf.kubernetes.io/autoupdate-spec\":\"false\"}},"
            + "\"spec\":{\"rules\":null}}");
    await(() -> !get(schemas + "/catch-all").at("/spec/rules").isEmpty());
    merge(schemas + "/probes", "{\"spec\":{\"matchingPrecedence\":3}}");
    await(() -> get(schemas + "/probes").at("/spec/matchingPrecedence").asInt() == 2);
  }

  private String dangling(String schema) {
    return get(schema).at("/status/conditions/0/status").asText();
  }

  @Test
  void serviceLeadsToWhereTheServerListens() throws Exception {
    server.advertise(new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 8443));
    String slice = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes";
    String endpoints = "/api/v1/namespaces/default/endpoints/kubernetes";
    String service = "/api/v1/namespaces/default/services/kubernetes";
    for (int i = 0; i < 2; i++) {
      await(() -> isThere(slice) && isThere(endpoints) && isThere(service));
      assertThat(get(slice).at("/endpoints/0/addresses/0").asText()).isEqualTo("192.0.2.7");
      assertThat(get(slice).at("/ports/0/port").asInt()).isEqualTo(8443);
      assertThat(get(endpoints).at("/subsets/0/addresses/0/ip").asText()).isEqualTo("192.0.2.7");
      await(() -> get(service).at("/spec/ports/0/targetPort").asInt() == 8443);
      send("DELETE", slice, "");
      send("DELETE", endpoints, "");
      send("DELETE", service, "");
    }
  }

  @Test
  void servedVersionHasItsApiService() {
    String services = "/apis/apiregistration.k8s.io/v1/apiservices";
    await(() -> isThere(services + "/v1.") && isThere(services + "/v2.autoscaling"));
    assertThat(get(services + "/v1.").path("spec"))
        .hasToString("{\"version\":\"v1\",\"groupPriorityMinimum\":18000,\"versionPriority\":1}");
    assertThat(get(services + "/v1.apps").at("/status/conditions/0/status"))
        .hasToString("\"True\"");
    String definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    send(
        "POST",
        definitions,
        """
        {"metadata":{"name":"cups.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
         "names":{"plural":"cups","kind":"Cup"},"versions":[{"name":"v1","served":true,
         "storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}""");
    await(() -> isThere(services + "/v1.example.com"));
    send("DELETE", services + "/v1.example.com", "");
    await(() -> isThere(services + "/v1.example.com"));
    send("DELETE", definitions + "/cups.example.com", "");
    await(() -> !isThere(services + "/v1.example.com"));
  }

  @Test
  void statusOfABuiltInKindIsWrittenWithItsAnnotations() {
    JsonNode written =
        merge(
            "/api/v1/namespaces/default/status",
            "{\"metadata\":{\"annotations\":{\"a\":\"b\"}},\"spec\":{\"finalizers\":[\"example.com/x\"]}}");
    assertThat(written.at("/metadata/annotations/a").asText()).isEqualTo("b");
    assertThat(written.at("/spec/finalizers")).hasToString("[\"kubernetes\"]");
  }

  @Test
  void appliedDocumentMayHaveTabsInItsBraces() {
    JsonNode applied =
        send(
            "PATCH",
            CONFIG_MAPS + "/tabs?fieldManager=test",
            "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"ConfigMap\",\n\t\"metadata\": {\"name\":\t\"tabs\"},\n\t\"data\": {\"a\":\t\"b\\\"\tc\",}\n}",
            "Content-Type",
            "application/apply-patch+yaml");
    assertThat(applied.at("/data/a").asText()).as(applied.toString()).isEqualTo("b\"\tc");
  }

  @Test
  void namespaceIsDeletedWithWhatIsInIt() throws Exception {
    send("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}");
    String map = "/api/v1/namespaces/n/configmaps";
    send("POST", map, "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"example.com/x\"]}}");
    assertThat(send("DELETE", "/api/v1/namespaces/n", "").at("/status/phase").asText())
        .isEqualTo("Terminating");
    await(() -> !isThere("/api/v1/namespaces/n/serviceaccounts/default"));
    assertThat(isThere("/api/v1/namespaces/n")).isTrue();
    send(
        "PATCH",
        map + "/a",
        "{\"metadata\":{\"finalizers\":null}}",
        "Content-Type",
        "application/merge-patch+json");
    await(() -> !isThere("/api/v1/namespaces/n"));
    assertThat(get(map).path("items")).isEmpty();
  }

  @Test
  void dependentsGoWithTheirOwner() throws Exception {
    String uid = createConfigMap("owner", "");
    createConfigMap("dependent", ownedBy("owner", uid));
    String grandchild = createConfigMap("child", ownedBy("owner", uid));
    createConfigMap("grandchild", ownedBy("child", grandchild));
    send("DELETE", CONFIG_MAPS + "/owner", "");
    for (String name : List.of("dependent", "child", "grandchild")) {
      await(() -> !isThere(CONFIG_MAPS + "/" + name));
    }
  }

  @Test
  void dependentOfNobodyGoesAtOnce() throws Exception {
    createConfigMap("lost", ownedBy("never", "0000"));
    await(() -> !isThere(CONFIG_MAPS + "/lost"));
  }

  @Test
  void foregroundWaitsForTheDependents() throws Exception {
    String uid = createConfigMap("owner", "");
    createConfigMap("dependent", ownedBy("owner", uid) + ",\"finalizers\":[\"example.com/x\"]");
    send("DELETE", CONFIG_MAPS + "/owner?propagationPolicy=Foreground", "");
    await(() -> get(CONFIG_MAPS + "/dependent").path("metadata").hasNonNull("deletionTimestamp"));
    assertThat(isThere(CONFIG_MAPS + "/owner")).isTrue();
    send(
        "PATCH",
        CONFIG_MAPS + "/dependent",
        "{\"metadata\":{\"finalizers\":null}}",
        "Content-Type",
        "application/merge-patch+json");
    await(() -> !isThere(CONFIG_MAPS + "/owner"));
  }

  @Test
  void foregroundSparesWhatAnotherOwns() {
    String going = createConfigMap("going", "");
    String staying = createConfigMap("staying", "");
    createConfigMap("shared", owners(reference("going", going), reference("staying", staying)));
    send("DELETE", CONFIG_MAPS + "/going?propagationPolicy=Foreground", "");
    await(() -> !isThere(CONFIG_MAPS + "/going"));
    JsonNode shared = get(CONFIG_MAPS + "/shared").path("metadata");
    assertThat(shared.path("ownerReferences").findValuesAsText("name")).containsExactly("staying");
    assertThat(shared.has("deletionTimestamp")).isFalse();
  }

  @Test
  void foregroundWaitsForTheDependentsOfDependents() {
    String uid = createConfigMap("owner", "");
    String child = createConfigMap("child", ownedBy("owner", uid));
    createConfigMap("grandchild", ownedBy("child", child) + ",\"finalizers\":[\"example.com/x\"]");
    send("DELETE", CONFIG_MAPS + "/owner?propagationPolicy=Foreground", "");
    await(() -> get(CONFIG_MAPS + "/grandchild").path("metadata").hasNonNull("deletionTimestamp"));
    assertThat(get(CONFIG_MAPS + "/child").at("/metadata/finalizers").toString())
        .isEqualTo("[\"foregroundDeletion\"]");
    assertThat(isThere(CONFIG_MAPS + "/owner")).isTrue();
    merge(CONFIG_MAPS + "/grandchild", "{\"metadata\":{\"finalizers\":null}}");
    for (String name : List.of("grandchild", "child", "owner")) {
      await(() -> !isThere(CONFIG_MAPS + "/" + name));
    }
  }

  @Test
  void foregroundEndsWhereOwnersOwnEachOther() {
    String first = createConfigMap("first", "");
    String second = createConfigMap("second", ownedBy("first", first));
    String third = createConfigMap("third", ownedBy("second", second));
    merge(
        CONFIG_MAPS + "/first",
        "{\"metadata\":{\"ownerReferences\":[" + reference("third", third) + "]}}");
    send("DELETE", CONFIG_MAPS + "/first?propagationPolicy=Foreground", "");
    for (String name : List.of("first", "second", "third")) {
      await(() -> !isThere(CONFIG_MAPS + "/" + name));
    }
  }

  @Test
  void clusterScopedObjectOfANamespacedOwnerStays() {
    String roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    String role = "{\"metadata\":{\"name\":\"%s\"%s}}";
    send("POST", roles, role.formatted("stays", ownedBy("never", "0000")));
    send(
        "POST",
        roles,
        role.formatted(
            "goes",
            ownedBy("never", "0000")
                .replace("\"v1\"", "\"rbac.authorization.k8s.io/v1\"")
                .replace("ConfigMap", "ClusterRole")));
    // It is looked at after the first one.
    await(() -> !isThere(roles + "/goes"));
    assertThat(isThere(roles + "/stays")).isTrue();
  }

  @Test
  void stuckNamespaceSaysWhatItWaitsFor() {
    send("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}");
    String maps = "/api/v1/namespaces/n/configmaps";
    String held = "{\"metadata\":{\"name\":\"%s\",\"finalizers\":[%s]}}";
    send("POST", maps, held.formatted("a", "\"example.com/x\",\"example.com/y\""));
    send("POST", maps, held.formatted("b", "\"example.com/x\""));
    send("POST", "/api/v1/namespaces/n/secrets", held.formatted("c", "\"example.com/y\""));
    send("DELETE", "/api/v1/namespaces/n", "");
    await(() -> get("/api/v1/namespaces/n").at("/status/conditions").size() == 5);
    assertThat(conditions("n"))
        .containsExactly(
            "NamespaceDeletionDiscoveryFailure False ResourcesDiscovered: All resources"
                + " successfully discovered",
            "NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions: All legacy kube"
                + " types successfully parsed",
            "NamespaceDeletionContentFailure False ContentDeleted: All content successfully"
                + " deleted, may be waiting on finalization",
            "NamespaceContentRemaining True SomeResourcesRemain: Some resources are remaining:"
                + " configmaps. has 2 resource instances, secrets. has 1 resource instances",
            "NamespaceFinalizersRemaining True SomeFinalizersRemain: Some content in the namespace"
                + " has finalizers remaining: example.com/x in 2 resource instances, example.com/y"
                + " in 2 resource instances");
    for (String each : List.of("configmaps/a", "configmaps/b", "secrets/c")) {
      merge("/api/v1/namespaces/n/" + each, "{\"metadata\":{\"finalizers\":null}}");
    }
    await(() -> !isThere("/api/v1/namespaces/n"));
  }

  private List<String> conditions(String namespace) {
    var told = new ArrayList<String>();
    for (JsonNode each : get("/api/v1/namespaces/" + namespace).at("/status/conditions")) {
      told.add(
          "%s %s %s: %s"
              .formatted(
                  each.path("type").asText(),
                  each.path("status").asText(),
                  each.path("reason").asText(),
                  each.path("message").asText()));
    }
    return told;
  }

  @Test
  void podsGoBeforeWhatTheyMayNeed() {
    send("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}");
    send("POST", "/api/v1/namespaces/n/configmaps", "{\"metadata\":{\"name\":\"a\"}}");
    String pod =
        "{\"metadata\":{\"name\":\"p\",\"finalizers\":[\"example.com/x\"]},"
            + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    send("POST", "/api/v1/namespaces/n/pods", pod);
    send("DELETE", "/api/v1/namespaces/n", "");
    await(() -> get("/api/v1/namespaces/n").at("/status/conditions").size() == 5);
    assertThat(isThere("/api/v1/namespaces/n/configmaps/a")).isTrue();
    merge("/api/v1/namespaces/n/pods/p", "{\"metadata\":{\"finalizers\":null}}");
    await(() -> !isThere("/api/v1/namespaces/n"));
  }

  @Test
  void orphansStay() throws Exception {
    String uid = createConfigMap("owner", "");
    createConfigMap("dependent", ownedBy("owner", uid));
    send("DELETE", CONFIG_MAPS + "/owner?propagationPolicy=Orphan", "");
    await(() -> !isThere(CONFIG_MAPS + "/owner"));
    JsonNode dependent = get(CONFIG_MAPS + "/dependent");
    assertThat(dependent.path("metadata").has("ownerReferences")).isFalse();
  }

  @Test
  void rolesDecideFromTheMomentTheyAreWritten() throws Exception {
    assertThat(send("GET", CONFIG_MAPS, "", "User", "bob").path("code").asInt()).isEqualTo(403);
    send(
        "POST",
        "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
        """
        {"metadata":{"name":"bob"},"subjects":[{"kind":"User","name":"bob",
          "apiGroup":"rbac.authorization.k8s.io"}],
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"}}""");
    await(() -> send("GET", CONFIG_MAPS, "", "User", "bob").has("items"));
    JsonNode create = send("POST", CONFIG_MAPS, "{}", "User", "bob");
    assertThat(create.path("message").asText())
        .isEqualTo(
            "configmaps is forbidden: User \"bob\" cannot create resource \"configmaps\" in API"
                + " group \"\" in the namespace \"default\"");
  }

  @Test
  void reviewsAnswerWhoMayDoWhat() {
    String api = "/apis/authorization.k8s.io/v1";
    String attributes = "{\"verb\":\"list\",\"resource\":\"pods\",\"namespace\":\"default\"}";
    String access = "{\"spec\":{\"resourceAttributes\":" + attributes + "}}";
    assertThat(send("POST", api + "/selfsubjectaccessreviews", access).at("/status/allowed"))
        .hasToString("true");
    // the authorizer follows the default roles, by which everybody may ask about himself
    await(
        () ->
            send("POST", api + "/selfsubjectaccessreviews", access, "User", "bob")
                .at("/status/allowed")
                .toString()
                .equals("false"));
    JsonNode other =
        send(
            "POST",
            api + "/subjectaccessreviews",
            "{\"spec\":{\"user\":\"bob\",\"resourceAttributes\":" + attributes + "}}");
    assertThat(other.at("/status/allowed")).hasToString("false");
    JsonNode neither = send("POST", api + "/selfsubjectaccessreviews", "{\"spec\":{}}");
    assertThat(neither.path("code").asInt()).isEqualTo(422);
    JsonNode rules =
        send(
            "POST",
            api + "/selfsubjectrulesreviews",
            "{\"spec\":{\"namespace\":\"default\"}}",
            "User",
            "bob");
    assertThat(rules.at("/status/nonResourceRules").toString()).contains("/healthz");
    JsonNode self =
        send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", "User", "bob");
    assertThat(self.at("/status/userInfo"))
        .hasToString("{\"username\":\"bob\",\"groups\":[\"system:authenticated\"]}");
  }

  @Test
  void evictionDeletesThePod() {
    String pods = "/api/v1/namespaces/default/pods";
    JsonNode pod =
        send(
            "POST",
            pods,
            "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
    assertThat(pod.path("kind").asText()).as(pod.toString()).isEqualTo("Pod");
    JsonNode evicted = send("POST", pods + "/p/eviction", "{\"metadata\":{\"name\":\"p\"}}");
    assertThat(evicted.path("status").asText()).as(evicted.toString()).isEqualTo("Success");
    assertThat(isThere(pods + "/p")).isFalse();
    assertThat(get(pods + "/p/log").path("code").asInt()).isEqualTo(404);
  }

  @Test
  void generationIsThatOfTheKindsThatKubernetesCounts() {
    String policies = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";
    JsonNode policy =
        send("POST", policies, "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"podSelector\":{}}}");
    assertThat(policy.at("/metadata/generation").asInt()).isEqualTo(1);
    createConfigMap("a", "");
    assertThat(get(CONFIG_MAPS + "/a").path("metadata").has("generation")).isFalse();
  }

  @Test
  void eventsAreSelectedByWhatTheyAreAbout() {
    String events = "/api/v1/namespaces/default/events";
    for (String name : List.of("a", "b")) {
      JsonNode event =
          send(
              "POST",
              events,
              "{\"metadata\":{\"name\":\""
                  + name
                  + "\"},\"involvedObject\":{\"name\":\""
                  + name
                  + "\",\"namespace\":\"default\"},\"source\":{\"component\":\"test\"}}");
      assertThat(event.path("kind").asText()).as(event.toString()).isEqualTo("Event");
    }
    assertThat(get(events + "?fieldSelector=involvedObject.name%3Da,source%3Dtest").path("items"))
        .hasSize(1);
  }

  @Test
  void discoveryAndOpenApiKnowTheKinds() {
    assertThat(get("/apis").toString()).contains("\"apps/v1\"").contains("\"batch/v1\"");
    assertThat(get("/api/v1").toString()).contains("\"pods/eviction\"");
    assertThat(get("/openapi/v3").path("paths").has("api/v1")).isTrue();
  }
}
