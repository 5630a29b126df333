package io.usher.apiserver.request;

import static io.usher.apiserver.request.TestServer.CONFIG_MAPS;
import static io.usher.apiserver.request.TestServer.DEPLOYMENTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.request.TestServer.Answer;
import io.usher.apiserver.schema.StructuralSchema;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Server-side apply, and who manages what by other requests. */
class ApplyTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String APPLY = "application/apply-patch+yaml";
  private static final String GADGETS = "/apis/example.com/v1/namespaces/default/gadgets";

  private TestServer server = TestServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private Answer apply(String path, String manager, String yaml) {
    return server.send("PATCH", path + "?fieldManager=" + manager, yaml, "Content-Type", APPLY);
  }

  private static String map(String data) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: " + data + "}";
  }

  private static JsonNode fields(Answer answer, int index) {
    return answer.body().at("/metadata/managedFields/" + index + "/fieldsV1");
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  @Test
  void applyCreatesOnceAndThenChanges() throws IOException {
    Answer created = apply(CONFIG_MAPS + "/a", "one", map("{k: '1'}"));
    Answer again = apply(CONFIG_MAPS + "/a", "one", map("{k: '1'}"));
    Answer changed = apply(CONFIG_MAPS + "/a", "one", map("{l: '1'}"));

    assertThat(created.code()).isEqualTo(201);
    assertThat(fields(created, 0)).isEqualTo(json("{'f:data':{'f:k':{}}}"));
    assertThat(again.code()).isEqualTo(200);
    assertThat(again.version()).isEqualTo(created.version());
    assertThat(changed.body().get("data")).isEqualTo(json("{'l':'1'}"));
  }

  @Test
  void conflictNamesFieldsAndManagersUnlessItIsForced() throws IOException {
    apply(CONFIG_MAPS + "/a", "one", map("{k: '1'}"));
    Answer conflict = apply(CONFIG_MAPS + "/a", "two", map("{k: '2'}"));
    Answer forced = apply(CONFIG_MAPS + "/a", "two&force=true", map("{k: '2'}"));

    assertThat(conflict.code()).isEqualTo(409);
    assertThat(conflict.body())
        .isEqualTo(
            json(
                """
                {'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure',
                 'message':'Apply failed with 1 conflict: conflict with \\'one\\': .data.k',
                 'reason':'Conflict','details':{'causes':[{'reason':'FieldManagerConflict',
                 'message':'conflict with \\'one\\'','field':'.data.k'}]},'code':409}
                """));
    assertThat(forced.code()).isEqualTo(200);
    assertThat(forced.body().at("/data/k").asText()).isEqualTo("2");
  }

  @Test
  void dryRunStoresNothing() {
    Answer created = apply(CONFIG_MAPS + "/a", "one&dryRun=All", map("{k: '1'}"));

    assertThat(created.code()).isEqualTo(201);
    assertThat(server.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
  }

  @Test
  void whoMayOnlyPatchCreatesNothing() {
    server.close();
    server =
        TestServer.start(
            config ->
                config.authorizer(
                    objects ->
                        (user, request) ->
                            request.verb().equals("create")
                                ? Authorizer.Decision.noOpinion("")
                                : Authorizer.Decision.allow("")));

    Answer refused = apply(CONFIG_MAPS + "/a", "one", map("{k: '1'}"));

    assertThat(refused.code()).isEqualTo(403);
    assertThat(refused.message()).contains("cannot create resource \"configmaps\"");
    assertThat(server.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
  }

  @Test
  void scaleIsAManagerOfReplicasInWordsOfScale() {
    String whole =
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 1}}";
    apply(DEPLOYMENTS + "/d", "one", whole);
    server.patch(
        DEPLOYMENTS + "/d/scale?fieldManager=two", "merge-patch", "{\"spec\":{\"replicas\":3}}");
    Answer conflict = apply(DEPLOYMENTS + "/d", "one", whole);
    Answer scaled =
        apply(
            DEPLOYMENTS + "/d/scale",
            "three",
            "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: d}, spec: {replicas: 4}}");

    assertThat(conflict.message())
        .isEqualTo(
            "Apply failed with 1 conflict: conflict with \"two\" with subresource \"scale\" using"
                + " apps/v1: .spec.replicas");
    assertThat(scaled.message())
        .isEqualTo(
            "Apply failed with 1 conflict: conflict with \"two\" with subresource \"scale\" using"
                + " autoscaling/v1: .spec.replicas");
  }

  @Test
  void statusIsAppliedApart() throws IOException {
    apply(
        DEPLOYMENTS + "/d",
        "one",
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 1}}");
    Answer applied =
        apply(
            DEPLOYMENTS + "/d/status",
            "two",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 7},"
                + " status: {replicas: 1}}");

    assertThat(applied.body().at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(applied.body().at("/status/replicas").asInt()).isEqualTo(1);
    assertThat(applied.body().at("/metadata/managedFields/1/subresource").asText())
        .isEqualTo("status");
    assertThat(fields(applied, 1)).isEqualTo(json("{'f:status':{'f:replicas':{}}}"));
  }

  @Test
  void listsOfARegisteredTypeAreMergedByItsSchema() throws IOException {
    ObjectNode schema =
        (ObjectNode)
            json(
                """
                {'type':'object','properties':{'spec':{'type':'object','properties':{
                  'parts':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],
                    'items':{'type':'object','properties':{'name':{'type':'string'},'size':{'type':'integer'}}}},
                  'plain':{'type':'array','items':{'type':'string'}}}}}}
                """);
    server
        .server
        .resources()
        .register(
            ResourceType.builder("example.com", "Gadget")
                .version(ServedVersion.of("v1").withSchema(StructuralSchema.of(schema)))
                .build());
    String gadget = "{apiVersion: example.com/v1, kind: Gadget, metadata: {name: g}, spec: %s}";

    apply(GADGETS + "/g", "one", gadget.formatted("{parts: [{name: a, size: 1}]}"));
    Answer merged =
        apply(GADGETS + "/g", "two", gadget.formatted("{parts: [{name: b}], plain: [x]}"));
    Answer unknown = apply(GADGETS + "/g", "two", gadget.formatted("{color: red}"));

    assertThat(merged.body().get("spec"))
        .isEqualTo(json("{'parts':[{'name':'a','size':1},{'name':'b'}],'plain':['x']}"));
    assertThat(fields(merged, 0))
        .isIn(
            json(
                "{'f:spec':{'f:parts':{'k:{\\'name\\':\\'a\\'}':{'.':{},'f:name':{},'f:size':{}}}}}"),
            json(
                "{'f:spec':{'f:parts':{'k:{\\'name\\':\\'b\\'}':{'.':{},'f:name':{}}},'f:plain':{}}}"));
    assertThat(unknown.code()).isEqualTo(500);
    assertThat(unknown.message())
        .isEqualTo(
            "failed to create typed patch object (/g; example.com/v1, Kind=Gadget): .spec.color:"
                + " field not declared in schema");
  }

  @Test
  void managerIsTheProgramThatWrites() {
    Answer created =
        server.send(
            "POST",
            CONFIG_MAPS,
            "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"1\"}}",
            "User-Agent",
            "my\ttool/v1 (linux)");
    Answer patched =
        server.patch(CONFIG_MAPS + "/a?fieldManager=me", "merge-patch", "{\"data\":{\"k\":\"2\"}}");
    Answer reset =
        server.patch(CONFIG_MAPS + "/a", "merge-patch", "{\"metadata\":{\"managedFields\":[]}}");

    assertThat(created.body().at("/metadata/managedFields").findValuesAsText("manager"))
        .containsExactly("mytool");
    assertThat(patched.body().at("/metadata/managedFields").findValuesAsText("manager"))
        .contains("me");
    assertThat(reset.body().at("/metadata").has("managedFields")).isFalse();
  }
}
