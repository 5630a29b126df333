package io.usher.apiserver.request;

import static io.usher.apiserver.request.TestServer.CONFIG_MAPS;
import static io.usher.apiserver.request.TestServer.DEPLOYMENTS;
import static io.usher.apiserver.request.TestServer.WIDGETS;
import static io.usher.apiserver.request.TestServer.configMap;
import static io.usher.apiserver.request.TestServer.widget;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.request.TestServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadsTest {
  private static final String TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";
  private static final String METADATA =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  private static final String METADATA_LIST =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  private static final long SHALLOW_STACK = 160 << 10;

  private final TestServer server = TestServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private List<String> names(String uri) {
    var names = new ArrayList<String>();
    server
        .get(uri)
        .body()
        .path("items")
        .forEach(item -> names.add(item.at("/metadata/name").asText()));
    return names;
  }

  private void createConfigMaps(String... names) {
    for (String name : names) {
      server.post(CONFIG_MAPS, configMap(name, ",\"labels\":{\"l\":\"" + name + "\"}"));
    }
  }

  /** A watch's selector is asked on threads that others need. */
  @Test
  void selectorOfManyTermsNeedsNoDeepStack() throws Exception {
    createConfigMaps("a");
    String uri = CONFIG_MAPS + "?fieldSelector=" + "metadata.name%3Da,".repeat(1000);
    assertThat(names(uri)).containsExactly("a");
    var names = new CompletableFuture<List<String>>();
    new Thread(null, () -> names.complete(names(uri)), "shallow", SHALLOW_STACK).start();
    assertThat(names.get(60, TimeUnit.SECONDS)).containsExactly("a");
  }

  @Test
  void listHasItsVersionAndItsItemsInOrder() {
    createConfigMaps("b", "a");
    Answer list = server.get(CONFIG_MAPS);

    assertThat(list.body().path("kind").asText()).isEqualTo("ConfigMapList");
    assertThat(list.body().path("apiVersion").asText()).isEqualTo("v1");
    assertThat(list.body().path("metadata")).hasToString("{\"resourceVersion\":\"3\"}");
    assertThat(names(CONFIG_MAPS)).containsExactly("a", "b");
    assertThat(list.body().at("/items/0").has("kind")).isFalse();
    assertThat(server.get(DEPLOYMENTS).text())
        .isEqualTo(
            "{\"kind\":\"DeploymentList\",\"apiVersion\":\"apps/v1\","
                + "\"metadata\":{\"resourceVersion\":\"3\"},\"items\":[]}");
  }

  @Test
  void itemsOfCustomResourcesSayTheirKind() {
    server.post(WIDGETS, widget("w", "red"));
    JsonNode item = server.get(WIDGETS).body().at("/items/0");
    assertThat(item).isEqualTo(server.get(WIDGETS + "/w").body());
  }

  @Test
  void listOfAllNamespacesHoldsEach() {
    createConfigMaps("a");
    server.post("/api/v1/namespaces/other/configmaps", configMap("c"));
    assertThat(names("/api/v1/configmaps")).containsExactly("a", "c");
    assertThat(names("/api/v1/namespaces/other/configmaps/")).containsExactly("c");
    assertThat(names("/api/v1/namespaces/othe/configmaps")).isEmpty();
  }

  @Test
  void pagesAreOfOneVersion() {
    createConfigMaps("a", "b", "c", "d");
    Answer first = server.get(CONFIG_MAPS + "?limit=2");
    String token = first.body().at("/metadata/continue").asText();
    assertThat(first.body().at("/metadata/remainingItemCount").asInt()).isEqualTo(2);
    server.delete(CONFIG_MAPS + "/c");
    createConfigMaps("bb");

    Answer second = server.get(CONFIG_MAPS + "?limit=1&continue=" + token);
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(second.body().at("/items/0/metadata/name").asText()).isEqualTo("c");
    Answer third =
        server.get(
            CONFIG_MAPS + "?limit=1&continue=" + second.body().at("/metadata/continue").asText());
    assertThat(third.body().at("/items/0/metadata/name").asText()).isEqualTo("d");
    assertThat(third.body().path("metadata").has("continue")).isFalse();
    assertThat(names(CONFIG_MAPS)).containsExactly("a", "b", "bb", "d");
  }

  @Test
  void expiredTokenGivesOneThatGoesOn() {
    createConfigMaps("a", "b", "c");
    String token = server.get(CONFIG_MAPS + "?limit=1").body().at("/metadata/continue").asText();
    createConfigMaps("bb");
    server.server.storage().compact(Long.MAX_VALUE);

    Answer expired = server.get(CONFIG_MAPS + "?limit=1&continue=" + token);
    assertThat(expired.code()).isEqualTo(410);
    assertThat(expired.reason()).isEqualTo("Expired");
    assertThat(expired.message()).startsWith("The provided continue parameter is too old");
    String next = expired.body().at("/metadata/continue").asText();
    assertThat(names(CONFIG_MAPS + "?continue=" + next)).containsExactly("b", "bb", "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "e30", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6OTk5OX0", "%00"})
  void inventedTokenIsABadRequest(String token) {
    Answer answer = server.get(CONFIG_MAPS + "?continue=" + token);
    assertThat(answer.code()).isEqualTo(400);
    assertThat(answer.message()).startsWith("invalid continue token: ");
  }

  @Test
  void exactVersionIsTheStateOfThen() {
    createConfigMaps("a", "b");
    server.delete(CONFIG_MAPS + "/a");
    String exact = "&resourceVersionMatch=Exact";
    assertThat(names(CONFIG_MAPS + "?resourceVersion=1" + exact)).isEmpty();
    assertThat(names(CONFIG_MAPS + "?resourceVersion=3" + exact)).containsExactly("a", "b");
    assertThat(names(CONFIG_MAPS + "?resourceVersion=4" + exact)).containsExactly("b");
    assertThat(names(CONFIG_MAPS + "?resourceVersion=2&resourceVersionMatch=NotOlderThan"))
        .containsExactly("b");
    server.server.storage().compact(4);
    Answer old = server.get(CONFIG_MAPS + "?resourceVersion=3" + exact);
    assertThat(old.code()).isEqualTo(410);
    assertThat(old.reason()).isEqualTo("Expired");
  }

  @Test
  void versionFromTheFutureIsWaitedFor() throws Exception {
    CompletionStage<ApiResponse> waiting =
        server.server.handle(ApiRequest.of("GET", CONFIG_MAPS + "?resourceVersion=2"));
    createConfigMaps("a");
    ApiResponse answer = waiting.toCompletableFuture().get(60, TimeUnit.SECONDS);
    assertThat(answer.code()).isEqualTo(200);

    Answer tooLarge = server.get(CONFIG_MAPS + "?resourceVersion=99");
    assertThat(tooLarge.code()).isEqualTo(504);
    assertThat(tooLarge.headers().first("Retry-After")).isEqualTo("1");
    assertThat(tooLarge.message()).isEqualTo("Timeout: Too large resource version: 99, current: 2");
  }

  @Test
  void requestWaitsNoLongerThanItsTimeout() {
    Answer late = server.get(CONFIG_MAPS + "?resourceVersion=99&timeout=50ms");
    assertThat(late.code()).isEqualTo(504);
    assertThat(late.message())
        .isEqualTo("Timeout: request did not complete within the allotted timeout");
  }

  @ParameterizedTest
  @CsvSource({
    "soon, invalid duration",
    "30, missing unit in duration",
    "5x, unknown unit \"x\" in duration",
  })
  void timeoutThatIsNoneIsNamed(String timeout, String problem) {
    Answer answer = server.get(CONFIG_MAPS + "?timeout=" + timeout);
    assertThat(answer.code()).isEqualTo(400);
    assertThat(answer.message())
        .isEqualTo(
            "invalid timeout specified in the request URL - time: "
                + problem
                + " \""
                + timeout
                + '"');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "resourceVersionMatch=Exact | 422 | ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless"
            + " resourceVersion is provided",
        "resourceVersion=0&resourceVersionMatch=Exact | 422 | ListOptions.meta.k8s.io \"\" is"
            + " invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is"
            + " forbidden for resourceVersion \"0\"",
        "resourceVersion=0&resourceVersionMatch=Foo | 422 | ListOptions.meta.k8s.io \"\" is"
            + " invalid: resourceVersionMatch: Unsupported value: \"Foo\": supported values:"
            + " \"Exact\", \"NotOlderThan\", \"\"",
        "sendInitialEvents=true | 422 | ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents:"
            + " Forbidden: sendInitialEvents is forbidden for list",
        "watch=1&sendInitialEvents=true | 422 | ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: sendInitialEvents requires setting"
            + " resourceVersionMatch to NotOlderThan",
        "watch=1&resourceVersionMatch=NotOlderThan | 422 | ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless"
            + " sendInitialEvents is provided",
        "watch=1&continue=abc | 422 | ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is"
            + " provided",
        "resourceVersion=abc | 400 | invalid resource version: resourceVersion: Invalid value:"
            + " \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax",
        "watch=1&resourceVersion=abc | 500 | resourceVersion: Invalid value: \"abc\":"
            + " strconv.ParseUint: parsing \"abc\": invalid syntax",
        "limit=x | 400 | strconv.ParseInt: parsing \"x\": invalid syntax",
        "fieldSelector=foo%3Dbar | 400 | \"foo\" is not a known field selector: only"
            + " \"metadata.name\", \"metadata.namespace\"",
        "fieldSelector=xx | 400 | invalid selector: 'xx'; can't understand 'xx'",
        "timeout=abc | 400 | invalid timeout specified in the request URL - time: invalid duration"
            + " \"abc\"",
      })
  void optionsThatCannotBeAreRefused(String query, int code, String message) {
    Answer answer = server.get(CONFIG_MAPS + "?" + query);
    assertThat(answer.message()).isEqualTo(message);
    assertThat(answer.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "labelSelector=l%3Da | a",
        "labelSelector=l+in+(a,c) | a c",
        "labelSelector=l!%3Da | b c",
        "labelSelector=!l | ''",
        "fieldSelector=metadata.name%3Db | b",
        "fieldSelector=metadata.name!%3Db | a c",
        "fieldSelector=metadata.name%3D%3Db,metadata.namespace%3Ddefault | b",
        "fieldSelector=metadata.namespace%3Dother | ''",
        "labelSelector=l&limit=0 | a b c",
      })
  void selectorsSelect(String query, String expected) {
    createConfigMaps("a", "b", "c");
    assertThat(String.join(" ", names(CONFIG_MAPS + "?" + query))).isEqualTo(expected);
  }

  @Test
  void typeDeclaresMoreSelectableFields() {
    server.post(WIDGETS, widget("w", "red"));
    server.post(WIDGETS, widget("v", "blue"));
    assertThat(names(WIDGETS + "?fieldSelector=spec.color%3Dred")).containsExactly("w");
    assertThat(server.get(WIDGETS + "?fieldSelector=spec.size%3D1").message())
        .isEqualTo("field label not supported: spec.size");
  }

  @Test
  void tableHasARowForEachObject() {
    createConfigMaps("a");
    Answer table = server.get(CONFIG_MAPS, "Accept", TABLE + ",application/json");
    JsonNode body = table.body();
    assertThat(body.path("kind").asText()).isEqualTo("Table");
    assertThat(body.at("/columnDefinitions/0/name").asText()).isEqualTo("Name");
    assertThat(body.at("/columnDefinitions/1/name").asText()).isEqualTo("Age");
    assertThat(body.at("/rows/0/cells")).hasToString("[\"a\",\"0s\"]");
    assertThat(body.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");

    Answer object = server.get(CONFIG_MAPS + "/a?includeObject=Object", "Accept", TABLE);
    assertThat(object.body().at("/rows/0/object/data/a").asText()).isEqualTo("1");
    assertThat(object.version()).isEqualTo("2");
    Answer none = server.get(CONFIG_MAPS + "?includeObject=None", "Accept", TABLE);
    assertThat(none.body().at("/rows/0/object").isNull()).isTrue();
    Answer foo = server.get(CONFIG_MAPS + "?includeObject=Foo", "Accept", TABLE);
    assertThat(foo.message())
        .isEqualTo(
            "Unable to convert to Table as requested: includeObject: Invalid value: \"Foo\": must"
                + " be 'Metadata', 'Object', 'None', or empty");
  }

  @Test
  void metadataAloneMayBeHad() {
    createConfigMaps("a");
    JsonNode metadata = server.get(CONFIG_MAPS + "/a").body().path("metadata");
    Answer one = server.get(CONFIG_MAPS + "/a", "Accept", METADATA);
    assertThat(one.body())
        .hasToString(
            "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"
                + metadata
                + "}");
    Answer list = server.get(CONFIG_MAPS, "Accept", METADATA_LIST);
    assertThat(list.body().at("/items/0")).isEqualTo(one.body());
    assertThat(server.get(CONFIG_MAPS, "Accept", METADATA).code()).isEqualTo(406);
    assertThat(server.get(CONFIG_MAPS + "/a", "Accept", METADATA_LIST).code()).isEqualTo(406);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/json;as=Foo;g=meta.k8s.io;v=v1",
        "application/vnd.kubernetes.protobuf"
      })
  void formThatTheServerDoesNotHaveIs406(String accept) {
    createConfigMaps("a");
    Answer answer = server.get(CONFIG_MAPS + "/a", "Accept", accept);
    assertThat(answer.code()).isEqualTo(406);
    assertThat(answer.reason()).isEqualTo("NotAcceptable");
  }

  @Test
  void firstFormThatTheServerHasIsTaken() {
    createConfigMaps("a");
    Answer answer =
        server.get(
            CONFIG_MAPS + "/a",
            "Accept",
            "application/vnd.kubernetes.protobuf, application/json;q=0.5");
    assertThat(answer.code()).isEqualTo(200);
    Answer yaml = server.get(CONFIG_MAPS + "/none", "Accept", "application/yaml");
    assertThat(yaml.text()).contains("message: configmaps \"none\" not found");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/nope, 404",
    "GET, /apis/apps/v1/nope, 404",
    "GET, /apis/apps/v9, 404",
    "GET, /api/v1/namespaces/default/configmaps/a/b, 404",
    "GET, /api/v1/namespaces/default/configmaps/a/b/c/d, 404",
    "GET, /api/v1/configmaps/a, 404",
    "GET, /api/v1/namespaces/default/namespaces, 404",
    "POST, /api/v1/configmaps, 405",
    "DELETE, /api/v1/configmaps, 405",
    "POST, /api/v1/namespaces/default/configmaps/a, 405",
    "PUT, /api/v1/namespaces/default/configmaps, 405",
    "OPTIONS, /api/v1/namespaces/default/configmaps/a, 405",
    "HEAD, /api/v1/namespaces/default/configmaps/a, 405",
    "POST, /apis/apps/v1/namespaces/default/deployments/d/status, 405",
  })
  void pathThatIsNotThereAndMethodThatItDoesNotHave(String method, String path, int code) {
    Answer answer = server.send(method, path, "{}");
    assertThat(answer.text())
        .isEqualTo(
            code == 404
                ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                    + "\"message\":\"the server could not find the requested resource\","
                    + "\"reason\":\"NotFound\",\"details\":{},\"code\":404}"
                : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                    + "\"message\":\"the server does not allow this method on the requested"
                    + " resource\",\"reason\":\"MethodNotAllowed\",\"details\":{},\"code\":405}");
    assertThat(answer.headers().first("Cache-Control")).isEqualTo("no-cache, private");
    assertThat(answer.headers().first("Audit-Id")).hasSize(36);
  }

  @Test
  void pathOfNobodyIsPlainText() {
    Answer answer = server.get("/foo");
    assertThat(answer.code()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("404 page not found\n");
  }
}
