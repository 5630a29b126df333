package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import io.usher.apiserver.storage.file.FileStorage;
import io.usher.apiserver.storage.memory.MemoryStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key that signs tokens is nobody's to read, to replace or to delete. */
class StoredKeyTest {

  private static final GroupResource FORMER = new GroupResource("usher.io", "tokenkeys");
  private static final GroupResource NOW = new GroupResource("_internal.usher.io", "tokenkeys");
  private static final String NAME = "serviceaccounts";
  private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
  private static final String KEYS = "/apis/usher.io/v1/tokenkeys";
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String DEFINITION =
      """
      metadata: {name: tokenkeys.usher.io}
      spec:
        group: usher.io
        scope: Cluster
        names: {plural: tokenkeys, singular: tokenkey, kind: TokenKey, listKind: TokenKeyList}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  private static final String PLANTED =
      "{apiVersion: usher.io/v1, kind: TokenKey, metadata: {name: serviceaccounts}, privateKey:"
          + " AAAA}";

  @TempDir private Path folder;
  private EmbeddedApiServer server;

  private void start(boolean inFile) {
    Storage storage =
        inFile
            ? FileStorage.open(folder.resolve("objects.db"), MemoryStorage.DEFAULT_HISTORY_BYTES)
            : MemoryStorage.create(MemoryStorage.DEFAULT_HISTORY_BYTES);
    server =
        EmbeddedApiServer.create(
            config ->
                config
                    .controllers(false)
                    .authorizers(rbac -> List.of(new AlwaysAllow()))
                    .library(library -> library.storage(storage))
                    .authenticator(
                        request ->
                            request.headers().first("Authorization") == null
                                ? UserInfo.of("admin", "system:authenticated")
                                : null));
  }

  private void restart() {
    server.close();
    start(true);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private ApiResponse answer(
      String method, String uri, String yaml, Map<String, List<String>> headers) {
    try {
      byte[] body =
          yaml.isEmpty()
              ? new byte[0]
              : new YAMLMapper().readTree(yaml).toString().getBytes(StandardCharsets.UTF_8);
      ApiRequest request = ApiRequest.of(method, uri).withBody(body);
      return server
          .server()
          .handle(request.withHeaders(Headers.of(headers)))
          .toCompletableFuture()
          .get();
    } catch (Exception e) {
      throw new AssertionError(uri, e);
    }
  }

  private int code(String method, String uri, String yaml) {
    return answer(method, uri, yaml, Map.of()).code();
  }

  private JsonNode send(String method, String uri, String yaml, Map<String, List<String>> headers) {
    try {
      ApiResponse answer = answer(method, uri, yaml, headers);
      return new ObjectMapper().readTree(((ApiResponse.Complete) answer).bytes());
    } catch (IOException e) {
      throw new AssertionError(uri, e);
    }
  }

  private JsonNode send(String method, String uri, String yaml) {
    return send(method, uri, yaml, Map.of());
  }

  private String token() {
    send("POST", ACCOUNTS, "metadata: {name: robot}");
    JsonNode request = send("POST", ACCOUNTS + "/robot/token", "spec: {}");
    assertThat(request.has("status")).as(request.toString()).isTrue();
    return request.at("/status/token").asText();
  }

  private boolean counts(String token) {
    return send(
            "POST",
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            "{}",
            Map.of("Authorization", List.of("Bearer " + token)))
        .at("/status/userInfo/username")
        .asText()
        .equals("system:serviceaccount:default:robot");
  }

  private void define() {
    send("POST", DEFINITIONS, DEFINITION);
    Awaitility.await()
        .until(
            () ->
                send("GET", DEFINITIONS + "/tokenkeys.usher.io", "")
                    .at("/status/conditions")
                    .toString()
                    .contains("the initial names have been accepted"));
  }

  /** Nothing of the resource is served: neither the key, nor what has been of it. */
  private void assertNothingIsServed() {
    for (String path :
        List.of(KEYS, KEYS + '/' + NAME, KEYS + "?resourceVersion=1", KEYS + "?watch=1")) {
      assertThat(code("GET", path, "")).as(path).isEqualTo(404);
    }
    assertThat(code("POST", KEYS, PLANTED)).isEqualTo(404);
    assertThat(code("PUT", KEYS + '/' + NAME, PLANTED)).isEqualTo(404);
    assertThat(code("DELETE", KEYS, "")).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noDefinitionLeadsToTheKey(boolean inFile) {
    start(inFile);
    String token = token();
    define();
    assertNothingIsServed();
    assertThat(counts(token)).isTrue();
    if (inFile) {
      restart();
      assertNothingIsServed();
      assertThat(counts(token)).isTrue();
    }
    send("DELETE", DEFINITIONS + "/tokenkeys.usher.io", "");
    Awaitility.await().until(() -> code("GET", DEFINITIONS + "/tokenkeys.usher.io", "") == 404);
    assertThat(counts(token)).isTrue();
    if (inFile) {
      restart();
      assertThat(counts(token)).isTrue();
    }
  }

  @Test
  void noDefinitionHasThePlaceOfTheKey() {
    start(false);
    String definition = DEFINITION.replace("usher.io", "_internal.usher.io");
    assertThat(code("POST", DEFINITIONS, definition)).isEqualTo(422);
  }

  /** Puts the key where earlier releases kept it. */
  private void putBack() {
    Storage storage = server.server().storage();
    StoredObject key = storage.get(NOW, NAME);
    storage.put(FORMER, NAME, 0, Draft.of(new StoredTree(key).tree()));
    storage.delete(NOW, NAME, key.version());
  }

  @Test
  void keyOfAnEarlierReleaseGoesOn() {
    start(true);
    String token = token();
    putBack();
    restart();
    assertThat(counts(token)).isTrue();
    assertThat(server.server().storage().get(FORMER, NAME)).isNull();
    define();
    assertNothingIsServed();
    restart();
    assertNothingIsServed();
    assertThat(counts(token)).isTrue();
  }

  @Test
  void keyOfAnEarlierReleaseThatADefinitionHasLaidOpenDoesNotGoOn() {
    start(true);
    String token = token();
    define();
    putBack();
    restart();
    assertThat(counts(token)).isFalse();
    assertNothingIsServed();
    assertThat(counts(token())).isTrue();
  }
}
