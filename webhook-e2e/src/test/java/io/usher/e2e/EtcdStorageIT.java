package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.storage.etcd.EtcdConfig;
import io.usher.apiserver.storage.etcd.EtcdStorage;
import io.usher.apiserver.watch.Frames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers whose objects are in one etcd. */
class EtcdStorageIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";

  @TempDir private static Path work;
  private static Etcd etcd;
  private static int prefixes;

  private final EtcdConfig config =
      EtcdConfig.of(List.of(etcd.uri())).withPrefix("/usher/" + ++prefixes);
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void startEtcd() throws IOException {
    etcd = Etcd.start(work);
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Server start() {
    var server = new Server(EtcdStorage.open(config));
    open.add(server.api);
    return server;
  }

  /** Etcd as another program uses it. */
  private KVGrpc.KVBlockingStub raw() {
    ManagedChannel channel =
        Grpc.newChannelBuilder(
                etcd.uri().getHost() + ':' + etcd.uri().getPort(),
                InsecureChannelCredentials.create())
            .build();
    open.add(channel::shutdownNow);
    return KVGrpc.newBlockingStub(channel);
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static PutRequest put(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
  }

  /** An API server with one type, whose caller may do all. */
  private static final class Server {
    private final Storage storage;
    private final ApiServer api;

    Server(Storage storage) {
      this.storage = storage;
      api =
          ApiServer.create(
              server ->
                  server
                      .storage(storage)
                      .resource(
                          ResourceType.builder("example.com", "Widget")
                              .version(ServedVersion.of("v1"))
                              .build())
                      .authenticator(request -> UserInfo.of("admin"))
                      .authorizer(objects -> new AlwaysAllow()));
    }

    private ApiResponse send(ApiRequest request) {
      try {
        return api.handle(request).toCompletableFuture().get(60, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private ApiResponse.Complete get(String uri) {
      return (ApiResponse.Complete) send(ApiRequest.of("GET", uri));
    }

    private ApiResponse.Complete create(String name, String text) {
      String body =
          "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\""
              + name
              + "\"},\"spec\":{\"text\":\""
              + text
              + "\"}}";
      return (ApiResponse.Complete)
          send(
              ApiRequest.of("POST", WIDGETS)
                  .withHeaders(Headers.of(Map.of("Content-Type", List.of("application/json"))))
                  .withBody(body.getBytes(StandardCharsets.UTF_8)));
    }

    private Frames watch(String query) {
      ApiResponse answer = send(ApiRequest.of("GET", WIDGETS + "?watch=1&" + query));
      return Frames.of(((ApiResponse.Streaming) answer).stream());
    }
  }

  private static JsonNode json(ApiResponse.Complete answer) {
    try {
      return JSON.readTree(answer.bytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String version(ApiResponse.Complete answer) {
    return json(answer).at("/metadata/resourceVersion").asText();
  }

  private static List<String> names(ApiResponse.Complete list) {
    return StreamSupport.stream(json(list).path("items").spliterator(), false)
        .map(each -> each.at("/metadata/name").asText())
        .toList();
  }

  @Test
  void watcherOfOneServerSeesTheWritesOfBothInOrder() throws Exception {
    Server one = start();
    Server other = start();
    Frames frames = one.watch("resourceVersion=" + version(one.get(WIDGETS)));
    var expected = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      expected.add("w" + i);
      assertThat((i % 3 == 0 ? one : other).create("w" + i, "").code()).isEqualTo(201);
    }
    List<String> told = frames.await(all -> all.size() >= 40);
    assertThat(told)
        .extracting(each -> JSON.readTree(each).at("/object/metadata/name").asText())
        .isEqualTo(expected);
  }

  @Test
  void whatOneServerHasAnsweredIsInTheNextReadOfTheOther() {
    Server one = start();
    Server other = start();
    for (int i = 0; i < 30; i++) {
      String version = version(one.create("w" + i, ""));
      assertThat(names(other.get(WIDGETS))).contains("w" + i);
      assertThat(version(other.get(WIDGETS + "/w" + i))).isEqualTo(version);
      other.send(ApiRequest.of("DELETE", WIDGETS + "/w" + i));
      assertThat(names(one.get(WIDGETS))).isEmpty();
      assertThat(one.get(WIDGETS + "/w" + i).code()).isEqualTo(404);
    }
  }

  /** Etcd's revision is then higher than that of our last change. */
  @Test
  void listIsAnsweredThoughAnotherProgramHasWrittenLast() {
    Server server = start();
    server.create("a", "");
    KVGrpc.KVBlockingStub raw = raw();
    for (int i = 0; i < 20; i++) {
      raw.put(put("/other/key", "value"));
      ApiResponse.Complete list = server.get(WIDGETS);
      assertThat(list.code()).isEqualTo(200);
      assertThat(names(list)).containsExactly("a");
    }
    assertThat(server.storage.version()).isGreaterThan(20);
  }

  @Test
  void pagesOfAListAreOfOneVersionWhicheverServerGivesThem() {
    Server one = start();
    Server other = start();
    for (String each : List.of("a", "b", "c", "d")) {
      one.create(each, "");
    }
    ApiResponse.Complete first = one.get(WIDGETS + "?limit=2");
    assertThat(names(first)).containsExactly("a", "b");
    one.create("bb", "");
    one.send(ApiRequest.of("DELETE", WIDGETS + "/d"));
    String token = json(first).at("/metadata/continue").asText();
    ApiResponse.Complete second = other.get(WIDGETS + "?limit=2&continue=" + token);
    assertThat(names(second)).containsExactly("c", "d");
    assertThat(version(second)).isEqualTo(version(first));
  }

  @Test
  void compactedVersionIsExpiredAlsoAfterARestart() throws Exception {
    Server server = start();
    String old = version(server.create("a", ""));
    server.create("b", "");
    server.create("c", "");
    server.storage.compact(server.storage.latest());
    assertThat(server.get(WIDGETS + "?resourceVersionMatch=Exact&resourceVersion=" + old).code())
        .isEqualTo(410);
    Server restarted = start();
    assertThat(names(restarted.get(WIDGETS))).containsExactly("a", "b", "c");
    ApiResponse.Complete list =
        restarted.get(WIDGETS + "?resourceVersionMatch=Exact&resourceVersion=" + old);
    assertThat(list.code()).isEqualTo(410);
    assertThat(json(list).path("reason").asText()).isEqualTo("Expired");
    List<String> told = restarted.watch("resourceVersion=" + old).await(all -> !all.isEmpty());
    assertThat(JSON.readTree(told.get(0)).at("/object/code").asInt()).isEqualTo(410);
  }

  @Test
  void watchResumesOverARestart() throws Exception {
    Server server = start();
    String seen = version(server.create("a", ""));
    server.create("b", "");
    server.send(ApiRequest.of("DELETE", WIDGETS + "/a"));
    List<String> told = start().watch("resourceVersion=" + seen).await(all -> all.size() == 2);
    assertThat(told)
        .extracting(each -> JSON.readTree(each).path("type").asText())
        .containsExactly("ADDED", "DELETED");
  }

  @Test
  void etcdThatIsAwayIsToldAndMissedNoLongerThanNeeded() throws Exception {
    Server server = start();
    String version = version(server.create("a", ""));
    Frames frames = server.watch("resourceVersion=" + version);
    etcd.kill();
    try {
      for (String uri : List.of(WIDGETS, WIDGETS + "/a")) {
        ApiResponse.Complete answer = server.get(uri);
        assertThat(answer.code()).isEqualTo(503);
        assertThat(answer.headers().first("Retry-After")).isEqualTo("1");
        assertThat(json(answer).path("reason").asText()).isEqualTo("ServiceUnavailable");
        assertThat(json(answer).path("message").asText())
            .startsWith("etcd at " + etcd.uri() + " can't ");
      }
      assertThat(server.create("b", "").code()).isIn(500, 503);
      Eventually.eventually(() -> assertThat(server.get("/readyz").code()).isEqualTo(500));
      // What needs no most recent answer has one.
      assertThat(names(server.get(WIDGETS + "?resourceVersion=0"))).containsExactly("a");
    } finally {
      etcd.start();
    }
    Eventually.eventually(() -> assertThat(server.create("c", "").code()).isEqualTo(201));
    Eventually.eventually(() -> assertThat(server.get("/readyz").code()).isEqualTo(200));
    List<String> told = frames.await(all -> all.stream().anyMatch(each -> each.contains("\"c\"")));
    assertThat(told).allMatch(each -> each.startsWith("{\"type\":\"ADDED\""));
    assertThat(names(server.get(WIDGETS))).contains("a", "c");
  }

  @Test
  void objectThatEtcdDoesNotTakeIsTooLarge() {
    Server server = start();
    // More than a request may have, and more than etcd reads of one.
    for (int size : List.of(1_800_000, 2_200_000)) {
      ApiResponse.Complete answer = server.create("large", "x".repeat(size));
      assertThat(answer.code()).isEqualTo(413);
      assertThat(json(answer).path("message").asText()).contains("can't write " + config.prefix());
    }
  }

  /** More than a message of etcd may have here, 32 MiB. */
  @Test
  void longHistoryOfLargeObjectsIsRead() {
    Server server = start();
    server.storage.compact(server.storage.latest());
    for (int i = 0; i < 40; i++) {
      assertThat(server.create("large-" + i, "x".repeat(1_000_000)).code()).isEqualTo(201);
    }
    assertThat(names(start().get(WIDGETS))).hasSize(40);
    server.storage.compact(server.storage.latest());
    assertThat(names(start().get(WIDGETS))).hasSize(40);
  }

  /** All are deleted in one revision, as etcdctl does it. */
  @Test
  void watcherSeesEachOfManyDeletionsInOneTransaction() throws Exception {
    Server server = start();
    for (int i = 0; i < 30; i++) {
      server.create("w" + i, "");
    }
    Frames frames = server.watch("resourceVersion=" + version(server.get(WIDGETS)));
    String folder = config.prefix() + "/example.com/widgets/";
    raw()
        .deleteRange(
            DeleteRangeRequest.newBuilder()
                .setKey(bytes(folder))
                .setRangeEnd(bytes(folder.replaceFirst("/$", "0")))
                .build());
    List<String> told = frames.await(all -> all.size() >= 30);
    assertThat(told).hasSize(30).allMatch(each -> each.startsWith("{\"type\":\"DELETED\""));
    assertThat(names(server.get(WIDGETS))).isEmpty();
  }

  @Test
  void valueOfAnotherProgramIsNamed() {
    String key = config.prefix() + "/pods/default/a";
    raw().put(put(key, "k8s\0protobuf"));
    assertThatThrownBy(() -> EtcdStorage.open(config))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "the value of key "
                + key
                + " in etcd is no object in JSON: choose another prefix where another program"
                + " writes, or delete the key");
    raw().deleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key)).build());
    start();
  }

  @Test
  void oldVersionsAreCompactedByAndBy() throws Exception {
    open.add(EtcdStorage.open(config.withCompactionInterval(Duration.ofMillis(50))));
    Server server = start();
    String old = version(server.create("a", ""));
    Eventually.eventually(
        () -> {
          server.create("more-" + System.nanoTime(), "");
          Server restarted = new Server(EtcdStorage.open(config));
          try {
            assertThat(
                    restarted
                        .get(WIDGETS + "?resourceVersionMatch=Exact&resourceVersion=" + old)
                        .code())
                .isEqualTo(410);
          } finally {
            restarted.api.close();
          }
        });
  }

  @Test
  void etcdThatWantsACertificateIsShownOne(@TempDir Path folder) throws Exception {
    var authority = new CertificateFiles(folder, "etcd-ca");
    authority.issue("member", "localhost");
    authority.issue("client", "client");
    try (Etcd secured =
        Etcd.start(
            folder,
            "https",
            "--cert-file=" + authority.certificate("member"),
            "--key-file=" + authority.key("member"),
            "--trusted-ca-file=" + authority.ca(),
            "--client-cert-auth")) {
      var tls =
          new EtcdConfig.Tls(
              authority.ca(), authority.certificate("client"), authority.key("client"));
      try (Storage storage = EtcdStorage.open(EtcdConfig.of(List.of(secured.uri()), tls))) {
        assertThat(storage.isHealthy()).isTrue();
      }
      var stranger =
          new CertificateFiles(Files.createDirectory(folder.resolve("other")), "other-ca");
      stranger.issue("client", "client");
      var wrong =
          new EtcdConfig.Tls(
              authority.ca(), stranger.certificate("client"), stranger.key("client"));
      assertThatThrownBy(() -> EtcdStorage.open(EtcdConfig.of(List.of(secured.uri()), wrong)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("etcd at " + secured.uri() + " can't read its revision");
    }
  }
}
