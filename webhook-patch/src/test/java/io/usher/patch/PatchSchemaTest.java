package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PatchSchemaTest {

  @Test
  void builtInTableHoldsTheFieldsOfKubernetesThatCarryPatchMetadata() throws Exception {
    assertThat(
            table()
                .lines()
                .filter(line -> line.startsWith("field\t"))
                .map(line -> line.split("\t")))
        .filteredOn(columns -> !columns[2].equals(BuiltInKinds.NOTHING))
        .hasSize(72);
  }

  /** Run by {@code make e2e}, with the folder that holds what the pinned API server serves. */
  @Test
  void builtInTableIsWhatTheServerDeclares() throws Exception {
    String folder = System.getProperty("usher.patch.openapi");
    assumeTrue(folder != null, "usher.patch.openapi names no folder of OpenAPI v3 documents");

    assertThat(BuiltInKindsGenerator.table(Path.of(folder))).isEqualTo(table());
  }

  private static String table() throws Exception {
    try (var in = BuiltInKinds.class.getResourceAsStream(BuiltInKinds.TABLE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void kindsLeadToTheirFields() {
    StructSchema pod = PatchSchema.builtIn().forKind("", "v1", "Pod");
    StructSchema template =
        PatchSchema.builtIn()
            .forKind("apps", "v1", "Deployment")
            .field("spec")
            .type()
            .field("template")
            .type();
    FieldSchema ports = pod.field("spec").type().field("containers").type().field("ports");

    assertThat(template.field("spec").type()).isSameAs(pod.field("spec").type());
    assertThat(ports)
        .isEqualTo(
            new FieldSchema(
                FieldSchema.Strategy.MERGE,
                false,
                "containerPort",
                List.of("containerPort", "protocol"),
                Map.of("containerPort", json("0"), "protocol", json("'TCP'")),
                FieldSchema.Ownership.MAP,
                StructSchema.UNDECLARED));
    assertThat(pod.field("spec").type().field("volumes").retainKeys()).isTrue();
    assertThat(pod.field("metadata").type().field("finalizers").strategy())
        .isEqualTo(FieldSchema.Strategy.MERGE);
    assertThat(
            PatchSchema.builtIn()
                .forKind("policy", "v1", "PodDisruptionBudget")
                .field("spec")
                .type()
                .field("selector")
                .strategy())
        .isEqualTo(FieldSchema.Strategy.REPLACE);
    assertThat(pod.field("noSuchField")).isSameAs(StructSchema.UNDECLARED.asField());
    assertThat(PatchSchema.builtIn().forKind("example.com", "v1", "Pod"))
        .isSameAs(StructSchema.none());
  }

  @Test
  void openApiDocumentOfAClusterKnowsEveryField() {
    JsonNode document =
        json(
            """
            {components:{schemas:{
              Widget:{
                'x-kubernetes-group-version-kind':[{group:'example.com',version:'v1',kind:'Widget'}],
                properties:{
                  spec:{allOf:[{'$ref':'#/components/schemas/Spec'}],'x-kubernetes-patch-strategy':'retainKeys'},
                  parts:{type:'array',items:{'$ref':'#/components/schemas/Widget'},
                    allOf:[{'x-kubernetes-patch-strategy':'merge,retainKeys','x-kubernetes-patch-merge-key':'id'}]}}},
              Spec:{properties:{
                rules:{type:'object',additionalProperties:{type:'array',items:{type:'object'},
                  'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['a','b']}}}}}}}
            """);
    StructSchema widget = PatchSchema.ofOpenApi(document).forKind("example.com", "v1", "Widget");

    assertThat(widget.field("spec").retainKeys()).isTrue();
    assertThat(widget.field("spec").type().field("rules").type().field("any").listKeys())
        .containsExactly("a", "b");
    assertThat(widget.field("parts"))
        .isEqualTo(
            new FieldSchema(
                FieldSchema.Strategy.MERGE,
                true,
                "id",
                List.of(),
                Map.of(),
                FieldSchema.Ownership.MAP,
                widget));
    assertThat(widget.knownField("other")).isNull();
    assertThatThrownBy(() -> PatchSchema.ofOpenApi(json("{swagger:'2.0',definitions:{}}")))
        .isInstanceOf(PatchException.class)
        .hasMessage("read schema: no OpenAPI v3 document (at /components/schemas)");
  }

  @Test
  void customResourceIdentifiesElementsByItsListMapKeys() {
    StructSchema widget =
        PatchSchema.ofCustomResource(
            json(
                """
                {type:'object',properties:{spec:{type:'object',properties:{
                  routes:{type:'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['host','path'],
                    items:{type:'object',properties:{host:{type:'string'}}}},
                  plain:{type:'array','x-kubernetes-list-type':'atomic',items:{type:'string'}}}}}}
                """));
    JsonNode before = json("{spec:{routes:[{host:'a',path:'/',to:1},{host:'a',path:'/b',to:2}]}}");
    JsonNode after = json("{spec:{routes:[{host:'b'},{host:'a',path:'/b',to:3}]}}");

    assertThat(JsonPatch.diff(before, after, widget).toJson())
        .isEqualTo(
            json(
                "[{op:'replace',path:'/spec/routes/0',value:{host:'b'}},"
                    + "{op:'replace',path:'/spec/routes/1/to',value:3}]"));
  }
}
