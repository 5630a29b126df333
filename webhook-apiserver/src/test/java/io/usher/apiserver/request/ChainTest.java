package io.usher.apiserver.request;

import static io.usher.apiserver.request.TestServer.CONFIG_MAPS;
import static io.usher.apiserver.request.TestServer.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.AuditSink;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.Strategy;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.Verb;
import io.usher.apiserver.request.TestServer.Answer;
import io.usher.apiserver.watch.Frames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChainTest {

  @Test
  void unknownCallerIs401() {
    try (TestServer server = TestServer.start(config -> config.authenticator(request -> null))) {
      Answer answer = server.get(CONFIG_MAPS);
      assertThat(answer.code()).isEqualTo(401);
      assertThat(answer.text())
          .isEqualTo(
              "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                  + "\"message\":\"Unauthorized\",\"reason\":\"Unauthorized\",\"code\":401}");
    }
  }

  @Test
  void callerWhoMayNotIs403BeforeHisBodyIsLookedAt() {
    try (TestServer server =
        TestServer.start(
            config ->
                config.authorizer(
                    objects ->
                        (user, request) ->
                            request.verb().equals("list")
                                ? Decision.allow("")
                                : Decision.noOpinion("")))) {
      assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(200);
      Answer answer = server.post(CONFIG_MAPS, "no object");
      assertThat(answer.code()).isEqualTo(403);
      assertThat(answer.message())
          .isEqualTo(
              "configmaps is forbidden: User \"admin\" cannot create resource \"configmaps\" in API"
                  + " group \"\" in the namespace \"default\"");
    }
  }

  @Test
  void requestThatNobodyCanDecideAboutIs500() {
    try (TestServer server =
        TestServer.start(
            config ->
                config.authorizer(
                    objects -> (user, request) -> Decision.failed("<unreachable>")))) {
      Answer answer = server.get(CONFIG_MAPS);
      assertThat(answer.code()).isEqualTo(500);
      assertThat(answer.text())
          .isEqualTo(
              "Internal Server Error: \"/api/v1/namespaces/default/configmaps\":"
                  + " &lt;unreachable&gt;\n");
    }
  }

  @Test
  void authorizerSeesWhatIsSelected() {
    var seen = new LinkedBlockingQueue<String>();
    try (TestServer server =
        TestServer.start(
            config ->
                config.authorizer(
                    objects ->
                        (user, request) -> {
                          seen.add(request.fieldSelector() + ' ' + request.labelSelector());
                          return Decision.allow("");
                        }))) {
      server.get(CONFIG_MAPS + "?fieldSelector=metadata.name%3Da&labelSelector=app%3Dx");
      server.get(CONFIG_MAPS + "/a?fieldSelector=metadata.name%3Da");
      assertThat(seen).containsExactly("metadata.name=a app=x", " ");
    }
  }

  @Test
  void impersonatedUserIsWhoActs() {
    try (TestServer server =
        TestServer.start(
            config ->
                config.authorizer(
                    objects ->
                        (user, request) ->
                            user.username().equals("admin") || request.verb().equals("list")
                                ? Decision.allow("")
                                : Decision.noOpinion("")))) {
      assertThat(server.get(CONFIG_MAPS, "Impersonate-User", "bob").code()).isEqualTo(200);
      Answer get = server.get(CONFIG_MAPS + "/a", "Impersonate-User", "bob");
      assertThat(get.code()).isEqualTo(403);
      assertThat(get.message()).contains("User \"bob\" cannot get");
    }
  }

  /** Labels what is created and refuses what is named bad. */
  private static final class Labeler implements AdmissionPlugin {
    @Override
    public String name() {
      return "Labeler";
    }

    @Override
    public void admit(AdmissionAttributes attributes) {
      ObjectNode object = attributes.object();
      if (object != null) {
        object.withObject("/metadata/labels").put("by", attributes.user().username());
        attributes.warn("labelled");
      }
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
      attributes.annotateAudit("example.com/seen", attributes.operation().name());
      if (attributes.name().equals("bad")) {
        throw new ApiException(
            Status.forbidden(attributes.info().groupResource(), "bad", "it is bad"));
      }
    }
  }

  @Test
  void admissionMutatesThenValidates() {
    List<AuditSink.Answered> audit = Collections.synchronizedList(new ArrayList<>());
    try (TestServer server =
        TestServer.start(
            config -> config.admission(objects -> List.of(new Labeler())).audit(audit::add))) {
      Answer created = server.post(CONFIG_MAPS, configMap("a"));
      assertThat(created.body().at("/metadata/labels/by").asText()).isEqualTo("admin");
      assertThat(created.headers().all("Warning")).containsExactly("299 - \"labelled\"");
      Answer bad = server.post(CONFIG_MAPS, configMap("bad"));
      assertThat(bad.message()).isEqualTo("configmaps \"bad\" is forbidden: it is bad");
      assertThat(server.get(CONFIG_MAPS + "/bad").code()).isEqualTo(404);
      assertThat(server.delete(CONFIG_MAPS + "/a").code()).isEqualTo(200);

      AuditSink.Answered first = audit.get(0);
      assertThat(first.code()).isEqualTo(201);
      assertThat(first.user().username()).isEqualTo("admin");
      assertThat(first.annotations())
          .containsEntry("example.com/seen", "CREATE")
          .containsEntry("authorization.k8s.io/decision", "allow");
      assertThat(first.id()).isEqualTo(created.headers().first("Audit-Id"));
      assertThat(audit.get(1).failure().code()).isEqualTo(403);
    }
  }

  @Test
  void connectionIsAdmittedAndThenAnsweredAsItsHandlerDoes() {
    var gadgets =
        ResourceType.builder("example.com", "Gadget")
            .version(ServedVersion.of("v1"))
            .subresource(
                new Subresource.Connect(
                    "tail",
                    new GroupVersionKind("example.com", "v1", "GadgetTailOptions"),
                    Set.of(Verb.GET),
                    call ->
                        ApiResponse.of(
                            200,
                            "text/plain",
                            (call.user().username() + ' ' + call.request().query().first("lines"))
                                .getBytes(StandardCharsets.UTF_8))))
            .build();
    var admitted = new ArrayList<String>();
    AdmissionPlugin plugin =
        new AdmissionPlugin() {
          @Override
          public String name() {
            return "Connections";
          }

          @Override
          public void validate(AdmissionAttributes attributes) {
            admitted.add(attributes.operation() + " " + attributes.object());
            if (attributes.name().equals("closed")) {
              throw new ApiException(
                  Status.forbidden(attributes.info().groupResource(), "closed", "it is closed"));
            }
          }
        };
    try (TestServer server =
        TestServer.start(
            config -> config.resource(gadgets).admission(objects -> List.of(plugin)))) {
      String path = "/apis/example.com/v1/namespaces/default/gadgets/";
      assertThat(server.get(path + "a/tail?lines=3").text()).isEqualTo("admin 3");
      assertThat(server.get(path + "closed/tail").code()).isEqualTo(403);
      assertThat(server.post(path + "a/tail", "{}").code()).isEqualTo(405);
      assertThat(admitted)
          .hasSize(2)
          .first()
          .isEqualTo("CONNECT {\"kind\":\"GadgetTailOptions\",\"apiVersion\":\"example.com/v1\"}");
    }
  }

  @Test
  void watchIsAuditedWhenItEnds() throws Exception {
    var audit = new LinkedBlockingQueue<AuditSink.Answered>();
    try (TestServer server = TestServer.start(config -> config.audit(audit::add))) {
      Frames frames = server.watch(CONFIG_MAPS + "?watch=1");
      assertThat(audit).isEmpty();
      frames.close();
      AuditSink.Answered ended = audit.poll(60, TimeUnit.SECONDS);
      assertThat(ended.info().verb()).isEqualTo("watch");
    }
  }

  @Test
  void faultOfOneRequestIsA500AndNoOthers() {
    var type =
        ResourceType.builder("example.com", "Broken")
            .version(ServedVersion.of("v1"))
            .strategy(
                new Strategy() {
                  @Override
                  public List<FieldError> validate(ObjectNode object) {
                    throw new IllegalStateException("a secret");
                  }
                })
            .build();
    try (TestServer server = TestServer.start(config -> config.resource(type))) {
      String path = "/apis/example.com/v1/namespaces/default/brokens";
      Answer answer = server.post(path, "{\"metadata\":{\"name\":\"a\"}}");
      assertThat(answer.code()).isEqualTo(500);
      assertThat(answer.reason()).isEqualTo("InternalError");
      assertThat(answer.text()).doesNotContain("secret");
      assertThat(server.get(path).code()).isEqualTo(200);
    }
  }

  @Test
  void typeMayComeAndGoWhileTheServerRuns() {
    try (TestServer server = TestServer.start()) {
      var type =
          ResourceType.builder("example.com", "Gadget").version(ServedVersion.of("v1")).build();
      assertThat(server.get("/apis/example.com/v1/gadgets").code()).isEqualTo(404);
      server.server.resources().register(type);
      assertThat(server.get("/apis/example.com/v1/gadgets").code()).isEqualTo(200);
      assertThat(server.get("/apis/example.com/v1").text()).contains("\"gadgets\"");
      Frames watch = server.watch("/apis/example.com/v1/gadgets?watch=1");
      Frames other = server.watch(CONFIG_MAPS + "?watch=1");
      server.server.resources().unregister(type.groupResource());
      watch.awaitEnd();
      server.post(CONFIG_MAPS, configMap("a"));
      other.await(1);
      assertThat(server.get("/apis/example.com/v1/gadgets").code()).isEqualTo(404);
      assertThat(server.get("/apis/example.com/v1").text()).doesNotContain("\"gadgets\"");
    }
  }

  @Test
  void reviewIsAnsweredAndNotStored() {
    var type =
        ResourceType.builder("example.com", "Review")
            .version(ServedVersion.of("v1"))
            .answering(
                (object, user, namespace) ->
                    object.putObject("status").put("user", user.username()))
            .build();
    try (TestServer server = TestServer.start(config -> config.resource(type))) {
      String path = "/apis/example.com/v1/namespaces/default/reviews";
      Answer answer = server.post(path, "{\"spec\":{}}");
      assertThat(answer.code()).isEqualTo(201);
      assertThat(answer.body().at("/status/user").asText()).isEqualTo("admin");
      assertThat(server.get(path).code()).isEqualTo(405);
    }
  }

  @Test
  void partsOfTheServerSeeObjectsAndTheirChanges() throws Exception {
    var configMaps = new GroupResource("", "configmaps");
    var events = new LinkedBlockingQueue<String>();
    try (TestServer server = TestServer.start()) {
      server.post(CONFIG_MAPS, configMap("a"));
      var objects = server.server.objects();
      AutoCloseable watch = objects.watch(configMaps, event -> events.add(told(event)));
      assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("ADDED a");
      ObjectNode a = objects.get(configMaps, "default", "a");
      objects.update(configMaps, a.put("more", 1));
      assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("MODIFIED a");
      objects.create(configMaps, metadata("b"));
      assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("ADDED b");
      assertThat(objects.list(configMaps, "default")).hasSize(2);
      objects.delete(configMaps, "default", "a");
      assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("DELETED a");
      assertThat(objects.get(configMaps, "default", "a")).isNull();
      watch.close();
    }
  }

  private static ObjectNode metadata(String name) {
    ObjectNode object = (ObjectNode) TestServer.json("{\"metadata\":{\"namespace\":\"default\"}}");
    object.withObject("/metadata").put("name", name);
    return object;
  }

  private static String told(ObjectEvent event) {
    return event.type() + " " + event.object().at("/metadata/name").asText();
  }

  @Test
  void writersAtOneObjectLoseNoChange() throws Exception {
    try (TestServer server = TestServer.start()) {
      server.post(CONFIG_MAPS, configMap("a"));
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 8; i++) {
        String key = "k" + i;
        var thread =
            new Thread(
                () -> {
                  for (int n = 0; n < 20; n++) {
                    server.patch(
                        CONFIG_MAPS + "/a",
                        "merge-patch",
                        "{\"data\":{\"" + key + "\":\"" + n + "\"}}");
                  }
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      Answer answer = server.get(CONFIG_MAPS + "/a");
      assertThat(answer.body().path("data")).hasSize(9);
      assertThat(answer.version()).isEqualTo(Integer.toString(2 + 8 * 20));
      for (int i = 0; i < 8; i++) {
        assertThat(answer.body().at("/data/k" + i).asText()).isEqualTo("19");
      }
    }
  }

  @Test
  void nothingIsWrittenThatIsAdmittedTooLate() {
    AdmissionPlugin slow =
        new AdmissionPlugin() {
          @Override
          public String name() {
            return "Slow";
          }

          @Override
          public void validate(AdmissionAttributes attributes) {
            attributes.warn("slow");
            while (attributes.nanosLeft() > 0) {
              Thread.onSpinWait();
            }
          }
        };
    try (TestServer server =
        TestServer.start(config -> config.admission(objects -> List.of(slow)))) {
      Answer answer = server.post(CONFIG_MAPS + "?timeout=500ms", configMap("late"));
      assertThat(answer.code()).isEqualTo(504);
      assertThat(answer.reason()).isEqualTo("Timeout");
      assertThat(answer.headers().all("Warning")).containsExactly("299 - \"slow\"");
      assertThat(server.get(CONFIG_MAPS + "/late").code()).isEqualTo(404);
    }
  }

  @Test
  void pluginsAreClosedWithTheServer() {
    var closed = new ArrayList<String>();
    final class Following implements AdmissionPlugin, AutoCloseable {
      @Override
      public String name() {
        return "Following";
      }

      @Override
      public void close() {
        closed.add(name());
      }
    }

    try (TestServer server =
        TestServer.start(config -> config.admission(objects -> List.of(new Following())))) {
      assertThat(server.get(CONFIG_MAPS).code()).isEqualTo(200);
      assertThat(closed).isEmpty();
    }
    assertThat(closed).containsExactly("Following");
  }
}
