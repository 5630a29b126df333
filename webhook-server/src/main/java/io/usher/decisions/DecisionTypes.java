package io.usher.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Verb;
import io.usher.json.Yaml;
import io.usher.patch.StructSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The two kinds: their columns, fields and selectors. */
final class DecisionTypes {

  static final String GROUP = "admission.usher.io";
  static final String API_VERSION = GROUP + "/v1";

  private static final Set<Verb> READING = Set.of(Verb.GET, Verb.LIST, Verb.WATCH);

  private DecisionTypes() {}

  /** In the namespace of what was reviewed. */
  static ResourceType decisions(Clock clock) {
    return ResourceType.builder(GROUP, "Decision")
        .verbs(READING)
        .categories("usher")
        .version(
            ServedVersion.of("v1")
                .withSchema(Schema.of("decision.yaml"))
                .withSelectableFields(
                    selectable(
                        "decision",
                        "rule",
                        "webhook",
                        "phase",
                        "replica",
                        "request.user",
                        "request.operation",
                        "request.kind",
                        "request.name"))
                .withColumns(
                    List.of(
                        Column.ofName(),
                        column("Decision", 0, "/decision"),
                        column("Operation", 0, "/request/operation"),
                        column("Object", 0, DecisionTypes::object),
                        column("Rule", 0, "/rule"),
                        column("Message", 0, "/message"),
                        column("User", 1, "/request/user"),
                        column("Webhook", 1, "/webhook"),
                        column("Duration", 1, each -> time(each.path("durationMicros"))),
                        column("Replica", 1, "/replica"),
                        Column.ofAge(clock))))
        .build();
  }

  /** Of the cluster, as webhook configurations are. */
  static ResourceType rules() {
    return ResourceType.builder(GROUP, "Rule")
        .scope(Scope.CLUSTER)
        .verbs(READING)
        .categories("usher")
        .version(
            ServedVersion.of("v1")
                .withSchema(Schema.of("rule.yaml"))
                .withSelectableFields(selectable("webhook", "rule", "phase", "circuit"))
                .withColumns(
                    List.of(
                        Column.ofName(),
                        number("Calls", "/calls"),
                        number("Changes", "/changes"),
                        number("Denials", "/denials"),
                        number("Errors", "/errors"),
                        column("P50", 0, each -> time(each.at("/latency/p50Micros"))),
                        column("P99", 0, each -> time(each.at("/latency/p99Micros"))),
                        column("Circuit", 0, "/circuit"),
                        column("Phase", 1, "/phase"),
                        column("Jar", 1, "/jar"),
                        column("Digest", 1, "/digest"),
                        new Column(
                            "Replicas",
                            "integer",
                            "",
                            "How many replicas serve it",
                            1,
                            each -> IntNode.valueOf(each.path("replicas").size())))))
        .build();
  }

  private static List<SelectableField> selectable(String... paths) {
    return Stream.of(paths).map(SelectableField::at).toList();
  }

  private static Column column(String name, int priority, String path) {
    return column(name, priority, object -> object.at(path));
  }

  private static Column column(String name, int priority, Function<ObjectNode, JsonNode> cell) {
    return new Column(name, "string", "", name, priority, cell);
  }

  private static Column number(String name, String path) {
    return new Column(name, "integer", "", name, 0, object -> object.at(path));
  }

  /** As kubectl takes it: {@code pods/web}. */
  private static JsonNode object(ObjectNode decision) {
    JsonNode request = decision.path("request");
    String group = request.path("group").asText();
    String subresource = request.path("subresource").asText();
    String name = request.path("name").asText();
    return TextNode.valueOf(
        request.path("resource").asText()
            + (group.isEmpty() ? "" : '.' + group)
            + (name.isEmpty() ? "" : '/' + name)
            + (subresource.isEmpty() ? "" : " (" + subresource + ')'));
  }

  private static JsonNode time(JsonNode micros) {
    return micros.isMissingNode()
        ? micros
        : TextNode.valueOf(String.format(Locale.ROOT, "%.1fms", micros.asLong() / 1_000.0));
  }

  /** The fields of a kind, in the form of OpenAPI v3: {@code kubectl explain} shows them. */
  private record Schema(ObjectNode openApi) implements ObjectSchema {

    static Schema of(String file) {
      try (InputStream in = DecisionTypes.class.getResourceAsStream(file)) {
        return new Schema(
            Yaml.mapper().build().readValue(Objects.requireNonNull(in, file), ObjectNode.class));
      } catch (IOException e) {
        throw new UncheckedIOException("read " + file, e);
      }
    }

    @Override
    public List<String> prune(ObjectNode object) {
      return List.of();
    }

    @Override
    public void setDefaults(ObjectNode object) {}

    @Override
    public @Nullable StructSchema mergeSchema() {
      return null;
    }
  }
}
