package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSideApplyTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final StructSchema DEPLOYMENT =
      PatchSchema.builtIn().forKind("apps", "v1", "Deployment");
  private static final StructSchema CONFIG_MAP =
      PatchSchema.builtIn().forKind("", "v1", "ConfigMap");

  private static FieldManager manager(String name, int second) {
    return FieldManager.of(name, T0.plusSeconds(second));
  }

  private static ObjectNode configMap(String members) {
    return (ObjectNode)
        json("{apiVersion:'v1',kind:'ConfigMap',metadata:{name:'c'}," + members + "}");
  }

  private static ObjectNode deployment(String spec) {
    return (ObjectNode)
        json("{apiVersion:'apps/v1',kind:'Deployment',metadata:{name:'d'},spec:{" + spec + "}}");
  }

  private static ObjectNode apply(JsonNode live, ObjectNode applied, String name, int second) {
    return ServerSideApply.apply(
        live,
        applied,
        manager(name, second),
        applied.path("kind").asText().equals("ConfigMap") ? CONFIG_MAP : DEPLOYMENT);
  }

  private static JsonNode managedFields(JsonNode object) {
    return object.at("/metadata/managedFields");
  }

  private static JsonNode withoutManaged(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    ((ObjectNode) copy.get("metadata")).remove("managedFields");
    return copy;
  }

  @Test
  void firstApplyCreatesTheObjectAndOwnsIt() {
    ObjectNode created =
        apply(
            null,
            deployment(
                """
                replicas:2,selector:{matchLabels:{a:'b'}},template:{metadata:{labels:{a:'b'}},spec:{
                  containers:[{name:'app',image:'x',ports:[{containerPort:80}],args:['-v'],emptyDir:{}}],
                  imagePullSecrets:[{name:'s'}],nodeSelector:{d:'ssd'}}}
                """),
            "one",
            0);

    assertThat(managedFields(created))
        .isEqualTo(
            json(
                """
                [{manager:'one',operation:'Apply',apiVersion:'apps/v1',time:'2026-01-01T00:00:00Z',
                  fieldsType:'FieldsV1',fieldsV1:{'f:spec':{'f:replicas':{},'f:selector':{},
                  'f:template':{'f:metadata':{'f:labels':{'f:a':{}}},'f:spec':{
                    'f:containers':{'k:{"name":"app"}':{'.':{},'f:name':{},'f:image':{},'f:args':{},'f:emptyDir':{},
                      'f:ports':{'k:{"containerPort":80,"protocol":"TCP"}':{'.':{},'f:containerPort':{}}}}},
                    'f:imagePullSecrets':{'k:{"name":"s"}':{}},'f:nodeSelector':{}}}}}}]
                """));
  }

  @Test
  void whatAManagerNoLongerGivesGoesUnlessAnotherOwnsIt() {
    ObjectNode live = apply(null, configMap("data:{a:'1',b:'1',c:'1'}"), "one", 0);
    live = apply(live, configMap("data:{b:'1'}"), "two", 1);
    live = apply(live, configMap("data:{a:'1'}"), "one", 2);

    assertThat(withoutManaged(live)).isEqualTo(configMap("data:{a:'1',b:'1'}"));
    assertThat(managedFields(live).get(0).path("manager").asText()).isEqualTo("two");
    assertThat(managedFields(live).get(1).path("fieldsV1"))
        .isEqualTo(json("{'f:data':{'f:a':{}}}"));

    live = apply(live, configMap("metadata:{name:'c'}"), "two", 3);
    live = apply(live, configMap("metadata:{name:'c'}"), "one", 4);

    assertThat(live).isEqualTo(configMap("metadata:{name:'c'}"));
  }

  @Test
  void otherValueOfAnothersFieldIsAConflictUnlessForced() {
    ObjectNode live = apply(null, deployment("replicas:1,paused:true"), "one", 0);
    ObjectNode updated = live.deepCopy();
    ((ObjectNode) updated.get("spec")).put("minReadySeconds", 3);
    ObjectNode now = ServerSideApply.update(live, updated, manager("edit", 1), DEPLOYMENT);
    ObjectNode wanted = deployment("replicas:2,paused:false,minReadySeconds:4");

    assertThatThrownBy(() -> apply(now, wanted, "two", 2))
        .isInstanceOfSatisfying(
            ApplyConflictException.class,
            e ->
                assertThat(e.conflicts())
                    .containsExactly(
                        new ApplyConflictException.Conflict(
                            "edit", "", "apps/v1", ".spec.minReadySeconds"),
                        new ApplyConflictException.Conflict("one", "", "", ".spec.paused"),
                        new ApplyConflictException.Conflict("one", "", "", ".spec.replicas")))
        .hasMessage(
            """
            Apply failed with 3 conflicts: conflicts with "edit" using apps/v1:
            - .spec.minReadySeconds
            conflicts with "one":
            - .spec.paused
            - .spec.replicas""");
    assertThatThrownBy(() -> apply(now, deployment("replicas:2"), "two", 2))
        .hasMessage("Apply failed with 1 conflict: conflict with \"one\": .spec.replicas");

    ObjectNode forced =
        ServerSideApply.apply(now, wanted, manager("two", 2).forcing(true), DEPLOYMENT);
    assertThat(withoutManaged(forced)).isEqualTo(wanted);
    assertThat(managedFields(forced).findValuesAsText("manager")).containsExactly("two");
  }

  @Test
  void sameValueIsShared() {
    ObjectNode live = apply(null, configMap("data:{a:'1'}"), "one", 0);
    ObjectNode shared = apply(live, configMap("data:{a:'1'}"), "two", 1);

    assertThat(withoutManaged(shared)).isEqualTo(withoutManaged(live));
    assertThat(managedFields(shared).findValuesAsText("manager")).containsExactly("two", "one");
    assertThat(managedFields(shared).get(0).has("time")).isFalse();
  }

  @Test
  void updateOwnsWhatItChangedAndTakesItFromOthers() {
    ObjectNode live = apply(null, configMap("data:{a:'1',b:'1'}"), "one", 0);
    ObjectNode updated = live.deepCopy();
    ((ObjectNode) updated.get("data")).put("a", "2").put("c", "3").remove("b");
    ObjectNode next = ServerSideApply.update(live, updated, manager("two", 1), CONFIG_MAP);

    assertThat(managedFields(next))
        .isEqualTo(
            json(
                """
                [{manager:'two',operation:'Update',apiVersion:'v1',time:'2026-01-01T00:00:01Z',
                  fieldsType:'FieldsV1',fieldsV1:{'f:data':{'f:a':{},'f:c':{}}}}]
                """));
    assertThat(ServerSideApply.update(next, next, manager("three", 2), CONFIG_MAP)).isEqualTo(next);
  }

  @Test
  void objectWithoutManagersKeepsNoneUntilSomebodyApplies() {
    ObjectNode live = configMap("data:{a:'1'}");
    assertThat(
            ServerSideApply.update(live, configMap("data:{a:'2'}"), manager("one", 0), CONFIG_MAP))
        .isEqualTo(configMap("data:{a:'2'}"));

    ObjectNode applied = apply(live, configMap("data:{b:'1'}"), "one", 1);
    assertThat(managedFields(applied).findValuesAsText("manager"))
        .containsExactly("one", "before-first-apply");
    assertThat(managedFields(applied).get(1).get("fieldsV1"))
        .isEqualTo(json("{'f:data':{'.':{},'f:a':{}}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "reset      | []",
        "reset      | [{}]",
        "kept       | null",
        "kept       | [{manager:'x'}]",
        "kept       | [{manager:'x',operation:'Update',apiVersion:'v1',fieldsType:'FieldsV2'}]",
        "kept       | [{manager:'x',operation:'Update',apiVersion:'v1',fieldsType:'FieldsV1',"
            + "fieldsV1:{bad:{}}}]",
        "replaced   | [{manager:'x',operation:'Update',apiVersion:'v1',fieldsType:'FieldsV1',"
            + "fieldsV1:{'f:data':{}}}]",
      })
  void updateMaySetManagedFields(String what, String managedFields) {
    ObjectNode live = apply(null, configMap("data:{a:'1'}"), "one", 0);
    ObjectNode updated = live.deepCopy();
    ((ObjectNode) updated.get("metadata")).set("managedFields", json(managedFields));

    JsonNode next =
        managedFields(ServerSideApply.update(live, updated, manager("two", 1), CONFIG_MAP));

    assertThat(next)
        .isEqualTo(
            switch (what) {
              case "reset" -> json("{}").path("none");
              case "kept" -> managedFields(live);
              default -> json(managedFields);
            });
  }

  @Test
  void oldestOfManyUpdatersBecomeOne() {
    ObjectNode live =
        ServerSideApply.update(null, configMap("data:{}"), manager("0", 0), CONFIG_MAP);
    for (int i = 1; i < 14; i++) {
      ObjectNode updated = live.deepCopy();
      ((ObjectNode) updated.get("data")).put("k" + i, "v");
      live = ServerSideApply.update(live, updated, manager("m" + i, i), CONFIG_MAP);
    }

    assertThat(managedFields(live).findValuesAsText("manager"))
        .containsExactly(
            "ancient-changes", "m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12", "m13");
    assertThat(managedFields(live).get(0).get("fieldsV1"))
        .isEqualTo(json("{'f:data':{'.':{},'f:k1':{},'f:k2':{},'f:k3':{},'f:k4':{}}}"));
  }

  @Test
  void subresourceIsAManagerOfItsOwnAndOwnsWhatItMay() {
    ObjectNode live = apply(null, deployment("replicas:1"), "one", 0);
    ObjectNode updated = live.deepCopy();
    ((ObjectNode) updated.get("spec")).put("paused", true);
    updated.putObject("status").put("replicas", 1);
    FieldManager status = manager("one", 1).through("status").owningOnly(List.of("status"));

    ObjectNode next = ServerSideApply.update(live, updated, status, DEPLOYMENT);

    assertThat(managedFields(next).get(1))
        .isEqualTo(
            json(
                """
                {manager:'one',operation:'Update',apiVersion:'apps/v1',time:'2026-01-01T00:00:01Z',
                 fieldsType:'FieldsV1',subresource:'status',fieldsV1:{'f:status':{'.':{},'f:replicas':{}}}}
                """));
    assertThatThrownBy(
            () ->
                ServerSideApply.apply(
                    next,
                    json("{apiVersion:'apps/v1',kind:'Deployment',status:{replicas:2}}"),
                    manager("two", 2).through("status"),
                    DEPLOYMENT))
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"one\" with subresource \"status\" using"
                + " apps/v1: .status.replicas");
    ObjectNode ignoring =
        ServerSideApply.apply(
            live,
            json("{apiVersion:'apps/v1',kind:'Deployment',status:{replicas:2}}"),
            manager("two", 2).ignoring(List.of("status")),
            DEPLOYMENT);
    assertThat(managedFields(ignoring).findValuesAsText("manager")).containsExactly("one");
  }

  @Test
  void fieldsOfAVersionThatIsGoneAreNobodys() {
    ObjectNode live = apply(null, deployment("replicas:1"), "one", 0);
    ((ObjectNode) managedFields(live).get(0)).put("apiVersion", "apps/v1beta1");
    ObjectVersions versions =
        new ObjectVersions() {
          private final ObjectVersions all = ObjectVersions.of(DEPLOYMENT);

          @Override
          public StructSchema schema(String apiVersion) {
            return apiVersion.equals("apps/v1") ? all.schema(apiVersion) : null;
          }

          @Override
          public JsonNode convert(JsonNode object, String apiVersion) {
            throw new AssertionError(apiVersion);
          }

          @Override
          public JsonNode empty(String apiVersion) {
            return all.empty(apiVersion);
          }
        };

    ObjectNode next =
        ServerSideApply.apply(live, deployment("replicas:2"), manager("two", 1), versions);

    assertThat(managedFields(next).findValuesAsText("manager")).containsExactly("two");
  }

  @Test
  void managerKeepsItsFieldsOverVersionsOfTheSameShape() {
    ObjectNode live = apply(null, deployment("replicas:1,paused:true"), "one", 0);
    ObjectNode newer = deployment("replicas:1");
    newer.put("apiVersion", "apps/v2");
    ObjectNode served = live.deepCopy();
    served.put("apiVersion", "apps/v2");

    ObjectNode next = ServerSideApply.apply(served, newer, manager("one", 1), DEPLOYMENT);

    assertThat(withoutManaged(next)).isEqualTo(newer);
    assertThat(managedFields(next).findValuesAsText("apiVersion")).containsExactly("apps/v2");
  }

  @Test
  void kubectlTakesOverWhatItAppliedOnItsOwnSide() {
    ObjectNode live = configMap("data:{a:'1',b:'1'}");
    ((ObjectNode) live.get("metadata"))
        .putObject("annotations")
        .put(
            "kubectl.kubernetes.io/last-applied-configuration",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},"
                + "\"data\":{\"a\":\"1\"}}\n");
    ObjectNode client =
        ServerSideApply.update(null, live, manager("kubectl-client-side-apply", 0), CONFIG_MAP);

    ObjectNode next = apply(client, configMap("data:{a:'2'}"), "kubectl", 1);

    assertThat(next.at("/data")).isEqualTo(json("{a:'2',b:'1'}"));
    assertThat(next.at("/metadata/annotations").iterator().next().asText())
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"kind\":\"ConfigMap\","
                + "\"metadata\":{\"name\":\"c\"}}\n");
    assertThatThrownBy(() -> apply(client, configMap("data:{a:'2',b:'2'}"), "kubectl", 1))
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1:"
                + " .data.b");
    assertThatThrownBy(() -> apply(client, configMap("data:{a:'2'}"), "other", 1))
        .hasMessageEndingWith(".data.a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{containers:[{name:'a'},{name:'a'}]} |"
            + " .spec.template.spec.containers: duplicate entries for key [name=\"a\"]",
        "{containers:[1]} | .spec.template.spec.containers: element 0: associative list with keys"
            + " may not have non-map elements",
        "{containers:[null]} | .spec.template.spec.containers: element 0: associative list with"
            + " keys may not have a null element",
      })
  void configurationThatIsNoneIsRefused(String spec, String problem) {
    assertThatThrownBy(() -> apply(null, deployment("template:{spec:" + spec + "}"), "one", 0))
        .isInstanceOf(PatchException.class)
        .hasMessage(problem);
  }

  @Test
  void configurationHasNoManagedFieldsAndOnlyFieldsOfItsType() {
    ObjectNode applied = configMap("data:{}");
    ((ObjectNode) applied.get("metadata")).putArray("managedFields");
    assertThatThrownBy(() -> apply(null, applied, "one", 0))
        .hasMessage("metadata.managedFields must be nil");

    StructSchema widget =
        PatchSchema.ofCustomResource(
            json(
                """
                {type:'object',properties:{apiVersion:{type:'string'},spec:{type:'object',properties:{
                  tags:{type:'array','x-kubernetes-list-type':'set',items:{type:'string'}}}}}}
                """));
    assertThatThrownBy(
            () ->
                ServerSideApply.apply(
                    null,
                    json("{apiVersion:'example.com/v1',spec:{color:1,tags:['a','a',{}]}}"),
                    manager("one", 0),
                    widget))
        .hasMessage(
            """
            errors:
              .spec.color: field not declared in schema
              .spec.tags: duplicate entries for key [="a"]
              .spec.tags: element 2: associative list without keys has an element that's a map type""");
  }

  @Test
  void objectOfNoSchemaIsMergedByItsMaps() {
    JsonNode one = json("{apiVersion:'v1',spec:{a:{b:1},l:[1]}}");
    JsonNode two = json("{apiVersion:'v1',spec:{a:{c:2}}}");
    ObjectNode live = ServerSideApply.apply(null, one, manager("one", 0), StructSchema.none());
    ObjectNode next = ServerSideApply.apply(live, two, manager("two", 1), StructSchema.none());

    assertThat(next.get("spec")).isEqualTo(json("{a:{b:1,c:2},l:[1]}"));
    assertThat(managedFields(next).get(0).get("fieldsV1"))
        .isEqualTo(json("{'f:spec':{'.':{},'f:a':{'.':{},'f:b':{}},'f:l':{}}}"));
  }
}
