package io.usher.apiserver.request;

import static io.usher.apiserver.request.TestServer.CONFIG_MAPS;
import static io.usher.apiserver.request.TestServer.DEPLOYMENTS;
import static io.usher.apiserver.request.TestServer.WIDGETS;
import static io.usher.apiserver.request.TestServer.configMap;
import static io.usher.apiserver.request.TestServer.widget;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.request.TestServer.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritesTest {
  private final TestServer server = TestServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private static String masked(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    ObjectNode metadata = (ObjectNode) copy.get("metadata");
    assertThat(metadata.path("uid").asText()).hasSize(36);
    metadata.remove("uid");
    return copy.toString();
  }

  @Test
  void createSetsWhatTheServerKnows() {
    Answer created =
        server.post(
            DEPLOYMENTS,
            """
            {"metadata":{"name":"d","creationTimestamp":null,"selfLink":"x","generation":7,
              "uid":"mine","managedFields":[],"deletionTimestamp":"2020-01-01T00:00:00Z"},
             "spec":{"paused":true},"status":{"replicas":3}}""");

    assertThat(created.code()).isEqualTo(201);
    assertThat(masked(created.body()))
        .isEqualTo(
            """
            {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"resourceVersion":"2",\
            "name":"d","namespace":"default","creationTimestamp":"2026-01-01T00:00:00Z",\
            "generation":1,"managedFields":[{"manager":"unknown",\
            "operation":"Update","apiVersion":"apps/v1","time":"2026-01-01T00:00:00Z",\
            "fieldsType":"FieldsV1",\
            "fieldsV1":{"f:spec":{".":{},"f:paused":{},"f:replicas":{}}}}]},"spec":{"paused":true,"replicas":1}}""");
    assertThat(server.get(DEPLOYMENTS + "/d").body()).isEqualTo(created.body());
    assertThat(created.text()).doesNotContain("\n");
  }

  @Test
  void nameThatIsTakenIsAConflict() {
    server.post(CONFIG_MAPS, configMap("a"));
    Answer again = server.post(CONFIG_MAPS, configMap("a"));

    assertThat(again.code()).isEqualTo(409);
    assertThat(again.text())
        .isEqualTo(
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"configmaps \\"a\\" already exists","reason":"AlreadyExists",\
            "details":{"name":"a","kind":"configmaps"},"code":409}""");
  }

  @Test
  void generatedNameHasFiveOfTheLetters() {
    Answer created = server.post(CONFIG_MAPS, "{\"metadata\":{\"generateName\":\"g-\"}}");

    assertThat(created.code()).isEqualTo(201);
    assertThat(created.body().at("/metadata/name").asText())
        .matches("g-[bcdfghjklmnpqrstvwxz2456789]{5}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"metadata\":{}} | 422 | ConfigMap \"\" is invalid: metadata.name: Required value: name or"
            + " generateName is required",
        "{\"metadata\":{\"name\":\"a\",\"namespace\":\"other\"}} | 400 | the namespace of the"
            + " provided object does not match the namespace sent on the request",
        "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"5\"}} | 500 | resourceVersion should"
            + " not be set on objects to be created",
        "{\"metadata\":{\"name\":\"a\",\"finalizers\":[\"x\"]}} | 422 | ConfigMap \"a\" is invalid:"
            + " metadata.finalizers[0]: Invalid value: \"x\": name is neither a standard finalizer"
            + " name nor is it fully qualified",
        "{\"metadata\":{\"name\":\"a\",\"ownerReferences\":[{\"name\":\"x\"}]}} | 422 | ConfigMap"
            + " \"a\" is invalid: [metadata.ownerReferences.apiVersion: Invalid value: \"\":"
            + " version must not be empty, metadata.ownerReferences.kind: Invalid value: \"\": must"
            + " not be empty, metadata.ownerReferences.uid: Invalid value: \"\": must not be empty]",
        "{\"metadata\":{\"name\":\"a\",\"labels\":{\"a b\":\"c\"}}} | 422 | ConfigMap \"a\" is"
            + " invalid: metadata.labels: Invalid value: \"a b\": name part must consist of"
            + " alphanumeric characters, '-', '_' or '.', and must start and end with an"
            + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
            + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}} | 400 | Pod in version \"v1\" cannot be"
            + " handled as a ConfigMap: no kind \"Pod\" is registered for version \"v1\" in scheme"
            + " \"pkg/runtime/scheme.go:111\"",
        "{\"metadata\":5} | 400 | ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json:"
            + " metadata must be an object, not NUMBER",
        "{\"metadata\":{\"name\":5}} | 400 | ConfigMap in version \"v1\" cannot be handled as a"
            + " ConfigMap: json: cannot unmarshal number into Go struct field"
            + " ObjectMeta.metadata.name of type string",
        "{\"metadata\":{\"name\":\"a\",\"labels\":{\"a\":{}}}} | 400 | ConfigMap in version \"v1\""
            + " cannot be handled as a ConfigMap: json: cannot unmarshal object into Go struct field"
            + " ObjectMeta.metadata.labels of type string",
        "[] | 400 | the object provided is unrecognized (must be of type ConfigMap): couldn't get"
            + " version/kind; json parse error: json: cannot unmarshal array into Go value of type"
            + " struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
            + " \"json:\\\"kind,omitempty\\\"\" } (5b5d)",
        "# | 400 | the object provided is unrecognized (must be of type ConfigMap): couldn't get"
            + " version/kind; json parse error: invalid character '#' looking for beginning of value"
            + " (23)",
        "{\"metadata\":{\"name\":\"a\"}} x | 400 | the object provided is unrecognized (must be of"
            + " type ConfigMap): couldn't get version/kind; json parse error: invalid"
            + " character 'x' after top-level value ({\"metadata\":{\"name\":\"a\"}} x)",
      })
  void objectThatIsNoneIsRefusedWithItsProblem(String body, int code, String message) {
    Answer answer = server.post(CONFIG_MAPS, body);

    assertThat(answer.message()).isEqualTo(message);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.body().path("code").asInt()).isEqualTo(code);
  }

  @Test
  void finalizersOfCustomResourcesNeedNoDomain() {
    assertThat(
            server
                .post(WIDGETS, "{\"metadata\":{\"name\":\"w\",\"finalizers\":[\"x\"]},\"spec\":{}}")
                .code())
        .isEqualTo(201);
    assertThat(
            server
                .post(
                    WIDGETS,
                    "{\"metadata\":{\"name\":\"v\",\"finalizers\":"
                        + "[\"orphan\",\"foregroundDeletion\"]},\"spec\":{}}")
                .message())
        .endsWith(
            "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer"
                + " orphan and foregroundDeletion cannot be both set");
  }

  @Test
  void bodyThatIsTooDeepOrTooLargeIsRefused() {
    Answer deep = server.post(WIDGETS, "{\"a\":".repeat(300) + "1" + "}".repeat(300));
    assertThat(deep.code()).isEqualTo(400);
    assertThat(deep.message()).contains("nesting depth (257) exceeds the maximum allowed (256");

    Answer large = server.post(WIDGETS, widget("w", "x".repeat(BodyReader.MAX_BYTES)));
    assertThat(large.code()).isEqualTo(413);
    assertThat(large.reason()).isEqualTo("RequestEntityTooLarge");
    assertThat(server.post(WIDGETS, widget("w", "x")).code()).isEqualTo(201);
  }

  @Test
  void yamlBodyIsAnObjectToo() {
    Answer created =
        server.send(
            "POST",
            CONFIG_MAPS,
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ya}\ndata:\n  a: \"1\"\n",
            "Content-Type",
            "application/yaml",
            "Accept",
            "application/yaml");

    assertThat(created.code()).isEqualTo(201);
    assertThat(created.text())
        .matches(
            """
            apiVersion: v1
            data:
              a: "1"
            kind: ConfigMap
            metadata:
              creationTimestamp: "2026-01-01T00:00:00Z"
              managedFields:
              - apiVersion: v1
                fieldsType: FieldsV1
                fieldsV1:
                  f:data:
                    "\\.": \\{\\}
                    f:a: \\{\\}
                manager: unknown
                operation: Update
                time: "2026-01-01T00:00:00Z"
              name: ya
              namespace: default
              resourceVersion: "2"
              uid: \"?[0-9a-f-]{36}\"?
            """);
  }

  @Test
  void otherMediaTypesGet415() {
    Answer text = server.send("POST", CONFIG_MAPS, "x", "Content-Type", "text/plain");
    assertThat(text.code()).isEqualTo(415);
    Answer custom =
        server.send("POST", WIDGETS, "x", "Content-Type", "application/vnd.kubernetes.protobuf");
    assertThat(custom.code()).isEqualTo(415);
    assertThat(custom.message())
        .isEqualTo(
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json, application/yaml; a Widget has no protobuf form: send"
                + " application/json");
  }

  @Test
  void protobufThatIsNoneGets400() {
    Answer answer =
        server.send(
            "POST", CONFIG_MAPS, "x", "Content-Type", "application/vnd.kubernetes.protobuf");
    assertThat(answer.code()).isEqualTo(400);
    assertThat(answer.message())
        .isEqualTo(
            "the object provided is unrecognized (must be of type ConfigMap): couldn't get"
                + " version/kind; vnd.kubernetes.protobuf: a protobuf message of Kubernetes begins"
                + " with the bytes \"k8s\", 0 (78)");
  }

  @Test
  void dryRunDoesEverythingButStore() {
    Answer dry = server.post(CONFIG_MAPS + "?dryRun=All", configMap("a"));
    assertThat(dry.code()).isEqualTo(201);
    assertThat(dry.body().at("/metadata/resourceVersion").isMissingNode()).isTrue();
    assertThat(server.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);

    server.post(CONFIG_MAPS, configMap("a"));
    assertThat(server.post(CONFIG_MAPS + "?dryRun=All", configMap("a")).code()).isEqualTo(409);
    Answer patched =
        server.patch(CONFIG_MAPS + "/a?dryRun=All", "merge-patch", "{\"data\":{\"a\":\"9\"}}");
    assertThat(patched.body().at("/data/a").asText()).isEqualTo("9");
    assertThat(patched.version()).isEqualTo("2");
    assertThat(server.delete(CONFIG_MAPS + "/a?dryRun=All").code()).isEqualTo(200);
    assertThat(server.get(CONFIG_MAPS + "/a").body().at("/data/a").asText()).isEqualTo("1");

    Answer some = server.post(CONFIG_MAPS + "?dryRun=Some", configMap("b"));
    assertThat(some.message())
        .isEqualTo(
            "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]:"
                + " supported values: \"All\"");
  }

  @Test
  void fieldManagerIsOfPrintableCharacters() {
    String smile = "%F0%9F%98%80";
    assertThat(server.post(CONFIG_MAPS + "?fieldManager=" + smile, configMap("a")).code())
        .isEqualTo(201);
    assertThat(
            server.post(CONFIG_MAPS + "?fieldManager=" + smile + "%07", configMap("b")).message())
        .endsWith("invalid character U+0007 (at position 4)");
    assertThat(
            server
                .post(CONFIG_MAPS + "?fieldManager=" + smile.repeat(33), configMap("c"))
                .message())
        .endsWith("fieldManager: Too long: may not be more than 128 bytes");
  }

  @Test
  void fieldValidationTellsUnknownAndDuplicateFields() {
    String body = "{\"metadata\":{\"name\":\"s\"},\"dta\":{},\"data\":{\"a\":\"1\",\"a\":\"2\"}}";
    Answer strict = server.post(CONFIG_MAPS + "?fieldValidation=Strict", body);
    assertThat(strict.code()).isEqualTo(400);
    assertThat(strict.message())
        .isEqualTo(
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error:"
                + " unknown field \"dta\", duplicate field \"data.a\"");

    Answer warned = server.post(CONFIG_MAPS, body);
    assertThat(warned.code()).isEqualTo(201);
    assertThat(warned.headers().all("Warning"))
        .containsExactly(
            "299 - \"unknown field \\\"dta\\\"\"", "299 - \"duplicate field \\\"data.a\\\"\"");
    assertThat(warned.body().path("data")).hasToString("{\"a\":\"2\"}");

    Answer ignored =
        server.put(CONFIG_MAPS + "/s?fieldValidation=Ignore", body.replace("\"2\"", "\"3\""));
    assertThat(ignored.headers().all("Warning")).isEmpty();
    Answer foo = server.post(CONFIG_MAPS + "?fieldValidation=Foo", body);
    assertThat(foo.message())
        .isEqualTo(
            "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value:"
                + " \"Foo\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"");
  }

  @Test
  void yamlKeyWithoutAValueIsNull() {
    Answer answer =
        server.send(
            "POST",
            CONFIG_MAPS,
            "metadata:\n  name: empty\n  labels:\n  annotations:\ndata:\n",
            "Content-Type",
            "application/yaml");
    assertThat(answer.code()).as(answer.text()).isEqualTo(201);
  }

  @Test
  void ofManyDuplicateKeysTheFirstAreTold() {
    Answer answer =
        server.send(
            "POST",
            CONFIG_MAPS + "?fieldValidation=Strict",
            "data:\n" + "  a: x\n".repeat(1000),
            "Content-Type",
            "application/yaml");
    assertThat(answer.code()).isEqualTo(400);
    assertThat(answer.message())
        .contains("line 3: key \"a\" already set in map")
        .endsWith("line 52: key \"a\" already set in map");
  }

  /** A name of an object is in the path of each of its fields. */
  @Test
  void pathsThatWouldFillTheMemoryAreRefused() {
    String fields = "\"a\":1,".repeat(40);
    Answer answer =
        server.post(
            WIDGETS,
            "{\"metadata\":{\"name\":\"w\"},\"spec\":{\""
                + "n".repeat(1 << 20)
                + "\":{"
                + fields
                + "\"b\":1}}}");
    assertThat(answer.code()).isEqualTo(400);
    assertThat(answer.message())
        .contains(
            "json parse error: a field is there twice, and the paths of all fields have more than"
                + " 33554432 characters: write each field once");
  }

  @Test
  void duplicateInAListIsNamedByItsIndex() {
    Answer answer =
        server.post(
            WIDGETS + "?fieldValidation=Strict",
            "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"l\":[{},{\"x\":1,\"x\":2}]}}");
    assertThat(answer.message()).endsWith("duplicate field \"spec.l[1].x\"");
  }

  @Test
  void putReplacesAndKeepsTheVersionOfAnUnchangedObject() {
    String uid = server.post(CONFIG_MAPS, configMap("a")).body().at("/metadata/uid").asText();
    Answer same = server.put(CONFIG_MAPS + "/a", configMap("a"));
    assertThat(same.version()).isEqualTo("2");

    Answer changed = server.put(CONFIG_MAPS + "/a", configMap("a", ",\"resourceVersion\":\"9\""));
    assertThat(changed.code()).isEqualTo(409);
    changed = server.put(CONFIG_MAPS + "/a", "{\"metadata\":{\"name\":\"a\"}}");
    assertThat(changed.version()).isEqualTo("3");
    assertThat(changed.body().at("/metadata/uid").asText()).isEqualTo(uid);
    assertThat(changed.body().has("data")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"}} | 409 | Operation cannot be"
            + " fulfilled on configmaps \"a\": the object has been modified; please apply your"
            + " changes to the latest version and try again",
        "{\"metadata\":{\"name\":\"b\"}} | 400 | the name of the object (b) does not match the name"
            + " on the URL (a)",
        "{\"metadata\":{}} | 400 | the name of the object (a based on URL) was undeterminable: name"
            + " must be provided",
        "{\"metadata\":{\"name\":\"a\",\"namespace\":\"x\"}} | 400 | the namespace of the provided"
            + " object does not match the namespace sent on the request",
      })
  void putThatDoesNotFitIsRefused(String body, int code, String message) {
    server.post(CONFIG_MAPS, configMap("a"));
    Answer answer = server.put(CONFIG_MAPS + "/a", body);

    assertThat(answer.message()).isEqualTo(message);
    assertThat(answer.code()).isEqualTo(code);
  }

  @Test
  void putOfAnAbsentNameIsNotFoundAndOfAnotherUidAConflict() {
    assertThat(server.put(CONFIG_MAPS + "/a", configMap("a")).code()).isEqualTo(404);
    server.post(CONFIG_MAPS, configMap("a"));
    Answer other = server.put(CONFIG_MAPS + "/a", configMap("a", ",\"uid\":\"abc\""));
    assertThat(other.code()).isEqualTo(409);
    assertThat(other.message()).contains("UID in precondition: abc, UID in object meta: ");
  }

  @Test
  void generationCountsChangesOfTheSpecAlone() {
    server.post(DEPLOYMENTS, "{\"metadata\":{\"name\":\"d\"}}");
    Answer labelled =
        server.patch(
            DEPLOYMENTS + "/d", "merge-patch", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertThat(labelled.body().at("/metadata/generation").asInt()).isEqualTo(1);
    Answer scaled = server.patch(DEPLOYMENTS + "/d", "merge-patch", "{\"spec\":{\"replicas\":2}}");
    assertThat(scaled.body().at("/metadata/generation").asInt()).isEqualTo(2);
    Answer status =
        server.patch(DEPLOYMENTS + "/d", "merge-patch", "{\"status\":{\"replicas\":2}}");
    assertThat(status.version()).isEqualTo(scaled.version());
    assertThat(status.body().has("status")).isFalse();
  }

  @Test
  void statusIsWrittenApartFromTheRest() {
    server.post(DEPLOYMENTS, "{\"metadata\":{\"name\":\"d\"}}");
    Answer status =
        server.patch(
            DEPLOYMENTS + "/d/status",
            "merge-patch",
            "{\"status\":{\"replicas\":2},\"spec\":{\"replicas\":5}}");
    assertThat(status.code()).isEqualTo(200);
    assertThat(status.body().path("status")).hasToString("{\"replicas\":2}");
    assertThat(status.body().at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(status.body().at("/metadata/generation").asInt()).isEqualTo(1);
    assertThat(server.get(DEPLOYMENTS + "/d/status").body()).isEqualTo(status.body());

    Answer put = server.put(DEPLOYMENTS + "/d", "{\"metadata\":{\"name\":\"d\"}}");
    assertThat(put.body().path("status")).hasToString("{\"replicas\":2}");
  }

  @Test
  void scaleIsTheNumberOfReplicas() {
    server.post(
        DEPLOYMENTS,
        """
        {"metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"},
          "matchExpressions":[{"key":"t","operator":"In","values":["x","y"]}]}}}""");
    assertThat(masked(server.get(DEPLOYMENTS + "/d/scale").body()))
        .isEqualTo(
            """
            {"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d",\
            "namespace":"default","resourceVersion":"2",\
            "creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"replicas":2},\
            "status":{"replicas":0,"selector":"a=b,t in (x,y)"}}""");
    Answer put =
        server.put(
            DEPLOYMENTS + "/d/scale", "{\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":3}}");
    assertThat(put.body().at("/spec/replicas").asInt()).isEqualTo(3);
    Answer patch =
        server.patch(DEPLOYMENTS + "/d/scale", "merge-patch", "{\"spec\":{\"replicas\":4}}");
    assertThat(patch.version()).isEqualTo("4");
    assertThat(server.get(DEPLOYMENTS + "/d").body().at("/spec/replicas").asInt()).isEqualTo(4);
    Answer negative =
        server.patch(DEPLOYMENTS + "/d/scale", "merge-patch", "{\"spec\":{\"replicas\":-1}}");
    assertThat(negative.message())
        .isEqualTo(
            "Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -1: must be greater"
                + " than or equal to 0");
  }

  @Test
  void patchesAreOfThreeKinds() {
    server.post(CONFIG_MAPS, configMap("a"));
    assertThat(
            server
                .patch(CONFIG_MAPS + "/a", "merge-patch", "{\"data\":{\"b\":\"1\",\"a\":null}}")
                .body()
                .path("data"))
        .hasToString("{\"b\":\"1\"}");
    assertThat(
            server
                .patch(
                    CONFIG_MAPS + "/a",
                    "json-patch",
                    "[{\"op\":\"add\",\"path\":\"/data/c\",\"value\":\"2\"}]")
                .body()
                .path("data"))
        .hasToString("{\"b\":\"1\",\"c\":\"2\"}");
    server.post(
        DEPLOYMENTS,
        """
        {"metadata":{"name":"d"},"spec":{"template":{"spec":{"containers":[
          {"name":"x","image":"i"},{"name":"y","image":"j"}]}}}}""");
    Answer strategic =
        server.patch(
            DEPLOYMENTS + "/d",
            "strategic-merge-patch",
            """
            {"spec":{"template":{"spec":{"containers":[{"name":"y","image":"k"}]}}}}""");
    assertThat(strategic.body().at("/spec/template/spec/containers"))
        .hasToString("[{\"name\":\"x\",\"image\":\"i\"},{\"name\":\"y\",\"image\":\"k\"}]");
  }

  @Test
  void patchesThatCannotBeAreRefused() {
    server.post(CONFIG_MAPS, configMap("a"));
    server.post(WIDGETS, widget("w", "red"));
    String a = CONFIG_MAPS + "/a";
    assertThat(server.patch(WIDGETS + "/w", "strategic-merge-patch", "{}").code()).isEqualTo(415);
    assertThat(server.send("PATCH", a, "{}").code()).isEqualTo(415);
    Answer apply =
        server.send(
            "PATCH", a + "?fieldManager=m", "{}", "Content-Type", "application/apply-patch+yaml");
    assertThat(apply.code()).isEqualTo(400);
    assertThat(apply.message()).isEqualTo("invalid object type: /, Kind=");
    Answer unmanaged =
        server.send("PATCH", a, "{}", "Content-Type", "application/apply-patch+yaml");
    assertThat(unmanaged.message())
        .isEqualTo(
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required"
                + " for apply patch");
    assertThat(server.patch(a + "?force=true", "merge-patch", "{}").message())
        .isEqualTo(
            "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for"
                + " non-apply patch");
    assertThat(server.patch(a, "merge-patch", "x").code()).isEqualTo(400);
    assertThat(server.patch(a, "merge-patch", "[]").code()).isEqualTo(400);
    assertThat(server.patch(a, "json-patch", "{}").code()).isEqualTo(400);
    Answer test =
        server.patch(a, "json-patch", "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"2\"}]");
    assertThat(test.code()).isEqualTo(422);
    assertThat(server.patch(CONFIG_MAPS + "/zz", "merge-patch", "{}").code()).isEqualTo(404);
    assertThat(server.patch(a, "merge-patch", "{\"metadata\":{\"name\":\"z\"}}").message())
        .isEqualTo("the name of the object (z) does not match the name on the URL (a)");
    Answer stale = server.patch(a, "merge-patch", "{\"metadata\":{\"resourceVersion\":\"1\"}}");
    assertThat(stale.code()).isEqualTo(409);
    Answer uid = server.patch(a, "merge-patch", "{\"metadata\":{\"uid\":\"abc\"}}");
    assertThat(uid.message())
        .isEqualTo(
            "ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"abc\": field is immutable");
    String many = "{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"ConfigMap\"},".repeat(10_000);
    assertThat(server.patch(a, "json-patch", "[" + many + "{}]").code()).isEqualTo(413);
  }

  @Test
  void deleteAnswersWithAStatus() {
    String uid =
        server
            .post(DEPLOYMENTS, "{\"metadata\":{\"name\":\"d\"}}")
            .body()
            .at("/metadata/uid")
            .asText();
    Answer deleted = server.delete(DEPLOYMENTS + "/d");

    assertThat(deleted.text())
        .isEqualTo(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\","
                + "\"details\":{\"name\":\"d\",\"group\":\"apps\",\"kind\":\"deployments\",\"uid\":\""
                + uid
                + "\"}}");
    assertThat(server.delete(DEPLOYMENTS + "/d").code()).isEqualTo(404);
  }

  @Test
  void deletePreconditionsMustHold() {
    server.post(CONFIG_MAPS, configMap("a"));
    Answer version =
        server.send(
            "DELETE", CONFIG_MAPS + "/a", "{\"preconditions\":{\"resourceVersion\":\"1\"}}");
    assertThat(version.code()).isEqualTo(409);
    assertThat(version.message())
        .isEqualTo(
            "Operation cannot be fulfilled on ConfigMap \"a\": the ResourceVersion in the"
                + " precondition (1) does not match the ResourceVersion in record (2). The object"
                + " might have been modified");
    Answer uid = server.send("DELETE", CONFIG_MAPS + "/a", "{\"preconditions\":{\"uid\":\"abc\"}}");
    assertThat(uid.message()).contains("the UID in the precondition (abc) does not match");
    Answer policy = server.send("DELETE", CONFIG_MAPS + "/a", "{\"propagationPolicy\":\"Foo\"}");
    assertThat(policy.message())
        .isEqualTo(
            "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value:"
                + " \"Foo\": supported values: \"Foreground\", \"Background\", \"Orphan\","
                + " \"nil\"");
  }

  @Test
  void objectWithFinalizersGoesWhenTheLastIsGone() {
    server.post(CONFIG_MAPS, configMap("a", ",\"finalizers\":[\"example.com/x\"]"));
    Answer marked = server.delete(CONFIG_MAPS + "/a");
    assertThat(marked.code()).isEqualTo(200);
    assertThat(masked(marked.body()))
        .isEqualTo(
            """
            {"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"3","name":"a",\
            "finalizers":["example.com/x"],"namespace":"default",\
            "creationTimestamp":"2026-01-01T00:00:00Z",\
            "managedFields":[{"manager":"unknown","operation":"Update","apiVersion":"v1",\
            "time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{\
            "f:data":{".":{},"f:a":{}},"f:metadata":{"f:finalizers":{".":{},\
            "v:\\"example.com/x\\"":{}}}}}],\
            "deletionTimestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":0},\
            "data":{"a":"1"}}""");
    assertThat(server.delete(CONFIG_MAPS + "/a").version()).isEqualTo("3");
    Answer added =
        server.patch(
            CONFIG_MAPS + "/a",
            "merge-patch",
            "{\"metadata\":{\"finalizers\":[\"example.com/x\",\"example.com/y\"]}}");
    assertThat(added.message())
        .isEqualTo(
            "ConfigMap \"a\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be"
                + " added if the object is being deleted, found new finalizers"
                + " []string{\"example.com/y\"}");
    Answer last =
        server.patch(CONFIG_MAPS + "/a", "merge-patch", "{\"metadata\":{\"finalizers\":null}}");
    assertThat(last.code()).isEqualTo(200);
    assertThat(last.version()).isEqualTo("3");
    assertThat(server.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
  }

  @Test
  void propagationPolicyBecomesAFinalizer() {
    server.post(CONFIG_MAPS, configMap("a"));
    Answer foreground = server.delete(CONFIG_MAPS + "/a?propagationPolicy=Foreground");
    assertThat(foreground.body().at("/metadata/finalizers"))
        .hasToString("[\"foregroundDeletion\"]");
    assertThat(server.delete(CONFIG_MAPS + "/a?propagationPolicy=Background").code())
        .isEqualTo(200);
    assertThat(server.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
  }

  @Test
  void collectionIsDeletedBySelector() {
    server.post(CONFIG_MAPS, configMap("a", ",\"labels\":{\"l\":\"1\"}"));
    server.post(CONFIG_MAPS, configMap("b", ",\"labels\":{\"l\":\"2\"}"));
    Answer deleted = server.delete(CONFIG_MAPS + "?labelSelector=l%3D1");
    assertThat(deleted.body().path("kind").asText()).isEqualTo("ConfigMapList");
    assertThat(deleted.body().at("/items/0/metadata/name").asText()).isEqualTo("a");
    assertThat(server.get(CONFIG_MAPS).body().path("items")).hasSize(1);
  }

  @Test
  void otherVersionIsConvertedAndWarnedOf() {
    server.post(WIDGETS, widget("w", "red"));
    Answer beta = server.get(WIDGETS.replace("/v1/", "/v1beta1/") + "/w");
    assertThat(beta.body().path("apiVersion").asText()).isEqualTo("example.com/v1beta1");
    assertThat(beta.headers().all("Warning"))
        .containsExactly("299 - \"v1beta1 of Widget is deprecated\"");
    Answer patched =
        server.patch(
            WIDGETS.replace("/v1/", "/v1beta1/") + "/w",
            "merge-patch",
            "{\"spec\":{\"color\":\"blue\"}}");
    assertThat(patched.body().path("apiVersion").asText()).isEqualTo("example.com/v1beta1");
    assertThat(server.get(WIDGETS + "/w").body().path("apiVersion").asText())
        .isEqualTo("example.com/v1");
  }
}
