package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.aggregated.AggregatedApiServer;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Strategy;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.authn.TokenFile;
import io.usher.apiserver.schema.StructuralSchema;
import io.usher.server.HttpsApiServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requests of {@code requests/customresources.http} to three servers that have the same schema:
 * kube-apiserver and the embedded server by a CustomResourceDefinition, a server behind
 * kube-apiserver by code. Their answers are the same.
 */
class AggregatedTableIT {

  private static final String NAMESPACE = "table-aggregated";
  private static final String GROUP = "rows.example.com";
  private static final String LAST_OF_OBJECTS = "change the schema";

  /** kube-apiserver warns of it where a definition gives the type, and servers behind it do not. */
  private static final String WARNS_OF_CUSTOM_RESOURCES = "a finalizer without domain";

  /** Both servers set them, and kube-apiserver passes on what is behind it beside its own. */
  private static final List<String> TWICE =
      List.of("audit-id: present\n", "cache-control: no-cache, private\n");

  @TempDir private Path work;

  @Test
  void oneSchemaGivesTheSameInThreeServers() throws Exception {
    RequestFile file = RequestFile.read("customresources.http");
    RequestFile objects = ofObjects(file);
    try (var cluster = TheatreCluster.start(work);
        HttpsApiServer embedded = embedded(cluster)) {
      RawClient kube = cluster.kube().raw();
      createNamespace(kube);
      Map<String, String> defined = play(kube, file);
      awaitEndOfDefinition(cluster);

      RawClient own = RequestTableIT.client(embedded, work);
      createNamespace(own);
      assertThat(different(file, defined, play(own, file))).isEmpty();

      try (AggregatedApiServer server = aggregated(cluster, definition(file))) {
        cluster.register(server.port(), GROUP, "v1");
        Map<String, String> aggregated = play(kube, objects);
        aggregated.replaceAll((row, answer) -> withoutTwice(answer));
        RequestTableIT.write("aggregated.real.txt", defined);
        RequestTableIT.write("aggregated.own.txt", aggregated);
        assertThat(different(objects, defined, aggregated))
            .as("the answers are in webhook-e2e/target/requests/aggregated.*.txt")
            .isEmpty();
      }
    }
  }

  private static String withoutTwice(String answer) {
    String once = answer;
    for (String header : TWICE) {
      once = once.replace(header + header, header);
    }
    return once;
  }

  private static List<String> different(
      RequestFile file, Map<String, String> expected, Map<String, String> actual) {
    return file.rows().stream()
        .map(RequestRow::name)
        .filter(row -> !expected.get(row).equals(actual.get(row)))
        .toList();
  }

  /** What is about objects, not about their definition. */
  private static RequestFile ofObjects(RequestFile file) {
    var rows = new ArrayList<RequestRow>();
    for (RequestRow row : file.rows()) {
      if (row.name().equals(LAST_OF_OBJECTS)) {
        break;
      }
      if (!row.target().contains("customresourcedefinitions")
          && !row.name().equals(WARNS_OF_CUSTOM_RESOURCES)) {
        rows.add(row);
      }
    }
    assertThat(rows).hasSizeGreaterThan(100);
    return new RequestFile(file.variables(), rows);
  }

  private static JsonNode definition(RequestFile file) {
    return Documents.json(file.rows().get(0).body());
  }

  private static void createNamespace(RawClient client) {
    String namespace = "{\"metadata\":{\"name\":\"" + NAMESPACE + "\"}}";
    assertThat(RequestTableIT.send(client, "POST", "/api/v1/namespaces", namespace)).isNotNull();
  }

  private static Map<String, String> play(RawClient client, RequestFile file) {
    var variables =
        Map.of(
            "namespace", NAMESPACE, "admin", PlainApiServer.ADMIN, "guest", PlainApiServer.GUEST);
    try (var player = new RequestPlayer(client, variables)) {
      return player.play(file);
    }
  }

  /** kube-apiserver removes the APIService that it has made for a definition's group itself. */
  private static void awaitEndOfDefinition(TheatreCluster cluster) {
    eventually(
        () ->
            assertThat(
                    cluster
                        .kube()
                        .api()
                        .get("/apis/apiregistration.k8s.io/v1/apiservices/v1." + GROUP)
                        .status())
                .isEqualTo(404));
  }

  private static HttpsApiServer embedded(TheatreCluster cluster) throws Exception {
    var tokens = new TokenFile(cluster.kube().tokens());
    return HttpsApiServer.start(
        new InetSocketAddress("127.0.0.1", 0),
        List.of(),
        config -> config.authenticator(tokens),
        problem -> {
          throw new AssertionError(problem);
        });
  }

  private static AggregatedApiServer aggregated(TheatreCluster cluster, JsonNode definition)
      throws Exception {
    return AggregatedApiServer.start(
        config ->
            config
                .address(new InetSocketAddress("0.0.0.0", 0))
                .certificate(cluster.certificate(), cluster.key())
                .kubeconfig(cluster.kubeconfigOfTheServer())
                .library(library -> library.resource(type(definition))),
        System.err::println);
  }

  /** The type of the definition, in code. */
  private static ResourceType type(JsonNode definition) {
    var schema = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
    return ResourceType.builder(GROUP, "Widget")
        .shortNames("wd")
        .version(
            ServedVersion.of("v1")
                .withSchema(
                    StructuralSchema.of(schema)
                        .withScale(".spec.replicas", ".status.replicas", ".status.selector"))
                .withColumns(columns())
                .withSelectableFields(
                    List.of(SelectableField.at("spec.color"), SelectableField.at("spec.size"))))
        .subresource(Subresource.Part.status())
        .subresource(new Subresource.Scale("spec.replicas", "status.replicas", "status.selector"))
        .strategy(new Widgets())
        .build();
  }

  private static final class Widgets implements Strategy {
    @Override
    public boolean allowsUnconditionalUpdate() {
      return false;
    }
  }

  private static List<Column> columns() {
    Column age = Column.ofAge(Clock.systemUTC());
    return List.of(
        Column.ofName(),
        column("Color", "string", 0, ".spec.color", object -> text(object.at("/spec/color"))),
        column("Size", "integer", 1, ".spec.size", object -> object.at("/spec/size")),
        column(
            "Ratio",
            "number",
            0,
            ".spec.ratio",
            object ->
                object.at("/spec/ratio").isMissingNode()
                    ? object.at("/spec/ratio")
                    : DoubleNode.valueOf(object.at("/spec/ratio").doubleValue())),
        column(
            "Port", "string", 0, ".spec.ports[?(@.name==\"web\")].port", AggregatedTableIT::port),
        column(
            "Deep",
            "boolean",
            0,
            ".spec.nested.deep",
            object -> BooleanNode.valueOf(object.at("/spec/nested/deep").booleanValue())),
        column("Tags", "string", 0, ".spec.tags", object -> text(object.at("/spec/tags"))),
        column("Age", "date", 0, ".metadata.creationTimestamp", age.cell()));
  }

  private static Column column(
      String name, String type, int priority, String path, Function<ObjectNode, JsonNode> cell) {
    String description =
        name.equals("Color")
            ? "its color"
            : "Custom resource definition column (in JSONPath format): " + path;
    return new Column(name, type, "", description, priority, cell);
  }

  private static JsonNode port(ObjectNode object) {
    for (JsonNode each : object.at("/spec/ports")) {
      if (each.path("name").asText().equals("web")) {
        return text(each.path("port"));
      }
    }
    return text(Documents.JSON.missingNode());
  }

  private static JsonNode text(JsonNode value) {
    return value.isMissingNode()
        ? value
        : TextNode.valueOf(value.isContainerNode() ? value.toString() : value.asText());
  }
}
