package io.usher.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.embedded.EmbeddedApiServer;
import io.usher.http.RawClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a request is named by a Status, changes nothing, and harms no other. */
class ApiBadInputIT {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String MAP = MAPS + "/kept";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String JSON = "application/json";
  private static final String YAML = "application/yaml";
  private static final String JSON_PATCH = "application/json-patch+json";
  private static final String MERGE = "application/merge-patch+json";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static EmbeddedApiServer api;
  private static TestApi server;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    api =
        EmbeddedApiServer.create(
            config ->
                config
                    .authenticator(request -> UserInfo.of("anyone"))
                    .authorizers(rbac -> List.of(new AlwaysAllow())));
    server = new TestApi(directory).start(api.server());
    try (RawClient client = server.raw()) {
      assertThat(call(client, "POST", MAPS, JSON, utf8(map("kept"))).status()).isEqualTo(201);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    api.close();
  }

  /**
   * A request and what it gets.
   *
   * @param type the Content-Type, empty for none
   * @param code of the answer
   * @param message what its message has in it
   */
  private record Row(
      String name,
      String method,
      String path,
      String type,
      byte[] body,
      int code,
      String reason,
      String message) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(
      String name,
      String method,
      String path,
      String type,
      String body,
      int code,
      String reason,
      String message) {
    return new Row(name, method, path, type, utf8(body), code, reason, message);
  }

  private static Row post(String name, String body, int code, String reason, String message) {
    return row(name, "POST", MAPS, JSON, body, code, reason, message);
  }

  private static Row yaml(String name, String body, String message) {
    return row(name, "POST", MAPS, YAML, body, 400, "BadRequest", message);
  }

  private static Row patch(
      String name, String type, String body, int code, String reason, String message) {
    return row(name, "PATCH", MAP, type, body, code, reason, message);
  }

  private static Row get(String name, String path, int code, String reason, String message) {
    return row(name, "GET", path, "", "", code, reason, message);
  }

  private static Row query(String query, int code, String reason, String message) {
    return get(query, MAPS + '?' + query, code, reason, message);
  }

  private static final String REJECTED =
      "the server rejected our request due to an error in our request";

  static Stream<Row> rows() {
    return Stream.of(bodies(), yamls(), types(), patches(), queries(), paths(), methods())
        .flatMap(List::stream);
  }

  private static List<Row> bodies() {
    return List.of(
        post("no body", "", 400, "BadRequest", "unexpected end of JSON input"),
        post(
            "half an object",
            "{\"metadata\":{",
            400,
            "BadRequest",
            "unexpected end of JSON input ({"),
        post("an array", "[]", 400, "BadRequest", "cannot unmarshal array into Go value"),
        post("a text", "\"a\"", 400, "BadRequest", "cannot unmarshal string into Go value"),
        post("two objects", map("x") + map("y"), 400, "BadRequest", "after top-level value"),
        post("NaN", "{\"data\":NaN}", 400, "BadRequest", "NaN"),
        post("a comment", "{/* */}", 400, "BadRequest", "invalid character '/' looking for"),
        new Row(
            "bytes that are no UTF-8",
            "POST",
            MAPS,
            JSON,
            new byte[] {'{', '"', (byte) 0xc3, '(', '"', ':', '1', '}'},
            400,
            "BadRequest",
            "byte 2 is not UTF-8"),
        new Row(
            "UTF-16",
            "POST",
            MAPS,
            JSON,
            map("x").getBytes(StandardCharsets.UTF_16),
            400,
            "BadRequest",
            "looking for beginning of value"),
        post("a Pod", "{\"kind\":\"Pod\"}", 400, "BadRequest", "cannot be handled as a ConfigMap"),
        post(
            "another version",
            "{\"apiVersion\":\"v2\",\"kind\":\"ConfigMap\"}",
            400,
            "BadRequest",
            "ConfigMap in version \"v2\" cannot be handled as a ConfigMap"),
        post("no name", "{}", 422, "Invalid", "name or generateName is required"),
        post(
            "a name with a slash",
            map("a/b"),
            422,
            "Invalid",
            "metadata.name: Invalid value: \"a/b\""),
        post("the name ..", map(".."), 422, "Invalid", "metadata.name: Invalid value: \"..\""),
        post(
            "a name of 10,000 letters",
            map("a".repeat(10_000)),
            422,
            "Invalid",
            "must be no more than 253"),
        post(
            "another namespace",
            "{\"metadata\":{\"name\":\"x\",\"namespace\":\"other\"}}",
            400,
            "BadRequest",
            "the namespace of the provided object does not match the namespace sent on the request"),
        post(
            "metadata that is a text",
            "{\"metadata\":\"x\"}",
            400,
            "BadRequest",
            "cannot be handled as a ConfigMap"),
        post(
            "data that are a number",
            "{\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":1}}",
            400,
            "BadRequest",
            "data"),
        row(
            "a number beyond all integers",
            "POST",
            DEPLOYMENTS,
            JSON,
            "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"replicas\":1e999999999}}",
            400,
            "BadRequest",
            "cannot unmarshal number 1e999999999"),
        post(
            "an exponent of 20 digits",
            "{\"data\":{\"a\":1e99999999999999999999}}",
            400,
            "BadRequest",
            "cannot unmarshal number 1e99999999999999999999"),
        row(
            "an unknown field, strictly",
            "POST",
            MAPS + "?fieldValidation=Strict",
            JSON,
            "{\"metadata\":{\"name\":\"x\"},\"dta\":{}}",
            400,
            "BadRequest",
            "strict decoding error: unknown field \"dta\""),
        row(
            "a field twice, strictly",
            "POST",
            MAPS + "?fieldValidation=Strict",
            JSON,
            "{\"metadata\":{\"name\":\"x\"},\"data\":{},\"data\":{}}",
            400,
            "BadRequest",
            "strict decoding error: duplicate field \"data\""),
        post("objects 100,000 deep", "{\"a\":".repeat(100_000), 400, "BadRequest", "nesting depth"),
        post("arrays 100,000 deep", "[".repeat(100_000), 400, "BadRequest", "nesting depth"),
        post(
            "more than 3 MiB",
            "{\"data\":{\"a\":\"" + "x".repeat(3 << 20) + "\"}}",
            413,
            "RequestEntityTooLarge",
            "limit is 3145728"),
        post(
            "data of more than 1 MiB",
            "{\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":\"" + "x".repeat(2 << 20) + "\"}}",
            422,
            "Invalid",
            "[]: Too long: may not be more than 1048576 bytes"),
        row(
            "a PUT of another name",
            "PUT",
            MAP,
            JSON,
            map("other"),
            400,
            "BadRequest",
            "does not match the name on the URL"),
        row(
            "DeleteOptions that are none",
            "DELETE",
            MAP,
            JSON,
            "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\"}",
            400,
            "BadRequest",
            "no kind \"ConfigMap\" is registered"),
        row(
            "half DeleteOptions",
            "DELETE",
            MAP,
            JSON,
            "{\"preconditions\":",
            400,
            "BadRequest",
            "json parse error"));
  }

  private static List<Row> yamls() {
    return List.of(
        yaml("YAML that is open", "metadata: {name: [", "yaml: line 1"),
        yaml("YAML with two values in a line", "a: b: c", "yaml: line 1 column 5"),
        yaml("YAML with a tab", "metadata:\n\tname: x", "yaml: line 1"),
        yaml("a YAML list", "- a\n- b", "cannot unmarshal array into Go value"),
        yaml("a YAML text", "hello", "cannot unmarshal string into Go value"),
        yaml("no YAML", "", "unexpected end"),
        yaml("two YAML documents", "metadata: {name: x}\n---\nmetadata: {name: y}", "top-level"),
        yaml("YAML with an alias", "a: &a [x]\nb: *a", "an alias, *a: write out"),
        yaml("YAML with NUL", "a: \0", "yaml: "),
        yaml("YAML 100,000 deep", "[".repeat(100_000), "nesting depth"),
        yaml("YAML of another kind", "kind: Pod", "cannot be handled as a ConfigMap"));
  }

  private static List<Row> types() {
    return List.of(
        type("text/plain", "application/json, application/yaml"),
        type("application/xml", "application/json, application/yaml"),
        protobuf("JSON that is called protobuf", map("x"), "begins with the bytes \"k8s\", 0"),
        protobuf("protobuf that ends early", "k8s\0\n\u0010ab", ""),
        type("application/json-patch+json", "application/json, application/yaml"),
        type("///", "application/json, application/yaml"),
        type("application/jsonp", "application/json, application/yaml"));
  }

  private static Row protobuf(String name, String body, String message) {
    return row(
        name,
        "POST",
        MAPS,
        "application/vnd.kubernetes.protobuf",
        body,
        400,
        "BadRequest",
        message);
  }

  private static Row type(String type, String message) {
    return row(
        "Content-Type " + type, "POST", MAPS, type, map("x"), 415, "UnsupportedMediaType", message);
  }

  private static List<Row> patches() {
    String copies =
        IntStream.range(0, 40)
            .mapToObj(
                i -> "{\"op\":\"copy\",\"from\":\"/metadata\",\"path\":\"/metadata/x" + i + "\"}")
            .collect(Collectors.joining(","));
    return List.of(
        patch("a patch of JSON", JSON, "{}", 415, "UnsupportedMediaType", "415: "),
        row(
            "an apply patch",
            "PATCH",
            MAP + "?fieldManager=m",
            "application/apply-patch+yaml",
            "{}",
            400,
            "BadRequest",
            "invalid object type: /, Kind="),
        patch("half a patch", MERGE, "{\"data\":", 400, "BadRequest", "error decoding patch"),
        patch(
            "an exponent of 20 digits in a patch",
            MERGE,
            "{\"data\":{\"a\":1e-99999999999999999999}}",
            400,
            "BadRequest",
            "cannot unmarshal number 1e-99999999999999999999"),
        patch("no patch", MERGE, "", 400, "BadRequest", "unexpected end of JSON input"),
        patch(
            "a merge patch that is a list",
            MERGE,
            "[]",
            400,
            "BadRequest",
            "cannot unmarshal array"),
        patch(
            "a strategic patch that is null",
            STRATEGIC,
            "null",
            400,
            "BadRequest",
            "unmarshal null"),
        patch(
            "a JSON patch that is an object",
            JSON_PATCH,
            "{}",
            400,
            "BadRequest",
            "unmarshal object"),
        patch(
            "an unknown operation",
            JSON_PATCH,
            "[{\"op\":\"jump\",\"path\":\"/data\"}]",
            422,
            "Invalid",
            REJECTED),
        patch(
            "a pointer that is none",
            JSON_PATCH,
            "[{\"op\":\"remove\",\"path\":\"data\"}]",
            422,
            "Invalid",
            REJECTED),
        patch(
            "a place that is not there",
            JSON_PATCH,
            "[{\"op\":\"remove\",\"path\":\"/data/none\"}]",
            422,
            "Invalid",
            REJECTED),
        patch(
            "a test that fails",
            JSON_PATCH,
            "[{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"2\"}]",
            422,
            "Invalid",
            REJECTED),
        patch(
            "10,001 operations",
            JSON_PATCH,
            "["
                + "{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"ConfigMap\"},".repeat(10_000)
                + "{\"op\":\"remove\",\"path\":\"/data\"}]",
            413,
            "RequestEntityTooLarge",
            "maximum operations in a JSON patch is 10000, got 10001"),
        patch(
            "copies that double each time",
            JSON_PATCH,
            "[" + copies + "]",
            413,
            "RequestEntityTooLarge",
            "copy"),
        patch(
            "a merge patch 100,000 deep",
            MERGE,
            "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000),
            400,
            "BadRequest",
            "nesting depth"),
        patch(
            "a patch of the kind",
            MERGE,
            "{\"kind\":\"Pod\"}",
            422,
            "Invalid",
            "converting (v1.Pod) to (core.ConfigMap): unknown conversion"),
        patch(
            "a patch of the name",
            MERGE,
            "{\"metadata\":{\"name\":\"other\"}}",
            400,
            "BadRequest",
            "name"),
        patch(
            "a patch that makes data a number",
            MERGE,
            "{\"data\":{\"a\":1}}",
            422,
            "Invalid",
            "patch: Invalid value"),
        patch(
            "an unknown strategic directive",
            STRATEGIC,
            "{\"data\":{\"$patch\":\"nonsense\"}}",
            500,
            "",
            "$patch"),
        patch(
            "$setElementOrder that is no list",
            STRATEGIC,
            "{\"metadata\":{\"$setElementOrder/finalizers\":1}}",
            500,
            "",
            "$setElementOrder"));
  }

  private static List<Row> queries() {
    return List.of(
        query("limit=many", 400, "BadRequest", "parsing \"many\": invalid syntax"),
        query("limit=99999999999999999999", 400, "BadRequest", "99999999999999999999"),
        query("continue=invented", 400, "BadRequest", "continue key is not valid"),
        query("continue=%25%25", 400, "BadRequest", "continue key is not valid"),
        token("[]", "cannot unmarshal array into Go value"),
        token("nothing", "in literal null (expecting 'u')"),
        token("{\"v\":\"meta.k8s.io/v1\"}", "incorrect encoded start resourceVersion"),
        token(
            "{\"v\":\"meta.k8s.io/v1\",\"rv\":-2,\"start\":\"/a\\u0000\"}",
            "incorrect encoded start resourceVersion"),
        token(
            "{\"v\":\"meta.k8s.io/v1\",\"rv\":1,\"start\":\"/../../secrets\\u0000\"}",
            "continue key is not valid: /../../secrets"),
        token("[".repeat(3000), "continue key is not valid"),
        query(
            "continue=" + "a".repeat(5000), 400, "BadRequest", "it has more than 4096 characters"),
        query("resourceVersion=new", 400, "BadRequest", "parsing \"new\": invalid syntax"),
        query("resourceVersion=-1", 400, "BadRequest", "parsing \"-1\": invalid syntax"),
        query(
            "resourceVersion=1&resourceVersionMatch=Some",
            422,
            "Invalid",
            "resourceVersionMatch: Unsupported value: \"Some\""),
        query("labelSelector=a+in+(", 400, "BadRequest", "unable to parse requirement"),
        query("labelSelector=%3D%3D", 400, "BadRequest", "found '==', expected: !, identifier"),
        query(
            "labelSelector=" + "a".repeat(17_000),
            400,
            "BadRequest",
            "labelSelector has more than 16384 characters"),
        query("fieldSelector=data.a%3D1", 400, "BadRequest", "data.a"),
        query("fieldSelector=a", 400, "BadRequest", "can't understand 'a'"),
        query("timeout=soon", 400, "BadRequest", "invalid duration \"soon\""),
        query("watch=1&sendInitialEvents=true", 422, "Invalid", "resourceVersionMatch"),
        query("watch=1&timeoutSeconds=long", 400, "BadRequest", "parsing \"long\""),
        row(
            "dryRun=No",
            "POST",
            MAPS + "?dryRun=No",
            JSON,
            map("x"),
            422,
            "Invalid",
            "dryRun: Unsupported value"),
        row(
            "fieldValidation=Maybe",
            "POST",
            MAPS + "?fieldValidation=Maybe",
            JSON,
            map("x"),
            422,
            "Invalid",
            "fieldValidation: Unsupported value: \"Maybe\""),
        row(
            "a fieldManager of 200 letters",
            "POST",
            MAPS + "?fieldManager=" + "m".repeat(200),
            JSON,
            map("x"),
            422,
            "Invalid",
            "fieldManager: Too long"),
        row(
            "gracePeriodSeconds=soon",
            "DELETE",
            MAP + "?gracePeriodSeconds=soon",
            "",
            "",
            400,
            "BadRequest",
            "\"soon\""),
        row(
            "propagationPolicy=Some",
            "DELETE",
            MAP + "?propagationPolicy=Some",
            "",
            "",
            422,
            "Invalid",
            "propagationPolicy: Unsupported value: \"Some\""));
  }

  /** A continue token that says this. */
  private static Row token(String json, String message) {
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(utf8(json));
    return get(
        "continue with " + json.substring(0, Math.min(60, json.length())),
        MAPS + "?continue=" + token,
        400,
        "BadRequest",
        message);
  }

  private static List<Row> paths() {
    String unknown = "the server could not find the requested resource";
    return List.of(
        get("an unknown resource", "/api/v1/namespaces/default/maps", 404, "NotFound", unknown),
        get("an unknown version", "/apis/apps/v9/deployments", 404, "NotFound", unknown),
        get("a name that is not there", MAPS + "/none", 404, "NotFound", "\"none\" not found"),
        get("a subresource that is not there", MAP + "/scale", 404, "NotFound", unknown),
        get("five segments too many", MAP + "/a/b/c/d/e", 404, "NotFound", unknown),
        get("an encoded slash", MAPS + "/a%2Fb", 404, "NotFound", unknown),
        get("two dots", MAPS + "/..", 400, "BadRequest", "may not be '..'"),
        get("a percent sign", MAPS + "/a%25b", 400, "BadRequest", "may not contain '%'"),
        get("encoded dots", MAPS + "/%2e%2e", 400, "BadRequest", "may not be '..'"),
        get("encoded dots and slash", MAPS + "/..%2F..%2Fsecrets", 404, "NotFound", unknown),
        get("dots before all", "/../../etc/passwd", 400, "BadRequest", ""),
        get("a NUL", MAPS + "/a%00", 400, "BadRequest", ""),
        get("half an escape", MAPS + "/a%", 400, "BadRequest", ""),
        get("an escape of no digits", MAPS + "/%zz", 400, "BadRequest", ""),
        get("bytes that are no UTF-8", MAPS + "/%c3%28", 400, "BadRequest", ""),
        get("a name of 5,000 letters", MAPS + "/" + "a".repeat(5000), 404, "NotFound", "not found"),
        get("a backslash", MAPS + "/a\\b", 400, "BadRequest", ""),
        get("a namespace of dots", "/api/v1/namespaces/%2e%2e/secrets", 500, "", "invalid key"));
  }

  private static List<Row> methods() {
    String not = "the server does not allow this method on the requested resource";
    return List.of(
        row("PUT of a collection", "PUT", MAPS, JSON, map("x"), 405, "MethodNotAllowed", not),
        row("POST to an object", "POST", MAP, JSON, map("x"), 405, "MethodNotAllowed", not),
        row("OPTIONS", "OPTIONS", MAPS, "", "", 405, "MethodNotAllowed", not),
        row("TRACE", "TRACE", MAPS, "", "", 405, "MethodNotAllowed", not),
        row("a method of our own", "JUMP", MAPS, "", "", 405, "MethodNotAllowed", not),
        row(
            "POST for all namespaces",
            "POST",
            "/api/v1/configmaps",
            JSON,
            map("x"),
            405,
            "MethodNotAllowed",
            not));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void badRequestIsNamedAndTheNextOneAnswered(Row row) throws Exception {
    List<String> before = stored();
    try (RawClient client = server.raw()) {
      Answer answer = call(client, row.method(), row.path(), row.type(), row.body());
      assertThat(answer.status()).as(answer.body()).isEqualTo(row.code());
      JsonNode status = MAPPER.readTree(answer.body());
      assertThat(status.path("kind").asText()).as(answer.body()).isEqualTo("Status");
      assertThat(status.path("code").asInt()).isEqualTo(row.code());
      assertThat(status.path("reason").asText()).isEqualTo(row.reason());
      assertThat(status.path("message").asText()).contains(row.message()).isNotEmpty();
    }
    assertThat(stored()).isEqualTo(before);
  }

  /** A body that ends elsewhere than its length says takes its connection with it, and no more. */
  @Test
  void chunkedBodyWithoutEndIsRefusedBeforeItEnds() throws Exception {
    String chunk = "10000\r\n" + " ".repeat(1 << 16) + "\r\n";
    try (RawClient client = server.raw()) {
      client.send(
          "POST "
              + MAPS
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
              + JSON
              + "\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 49; i++) {
        client.send(chunk);
      }
      Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).contains("RequestEntityTooLarge");
    }
    assertThat(stored()).contains("kept");
  }

  /** The names of the ConfigMaps, by a request of its own connection. */
  private static List<String> stored() throws Exception {
    try (RawClient client = server.raw()) {
      Answer list = call(client, "GET", MAPS, "", new byte[0]);
      assertThat(list.status()).as(list.body()).isEqualTo(200);
      return MAPPER.readTree(list.body()).findValuesAsText("name");
    }
  }

  private static Answer call(RawClient client, String method, String path, String type, byte[] body)
      throws IOException {
    var request = new ByteArrayOutputStream();
    String head = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n";
    head += type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
    head += body.length == 0 && type.isEmpty() ? "" : "Content-Length: " + body.length + "\r\n";
    request.write(utf8(head + "\r\n"));
    request.write(body);
    try {
      client.send(request.toByteArray());
    } catch (IOException e) {
      // The server has stopped reading; its answer is there all the same.
      assertThat(body.length).isGreaterThan(3 << 20);
    }
    return client.read();
  }

  private static String map(String name) {
    return "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"a\":\"1\"}}";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
