package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.cluster.FieldPath;
import io.usher.conversion.GroupKind;
import io.usher.conversion.VersionGraph;
import io.usher.rule.ConversionDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Converts generated objects to another version and back, as an API server stores and serves them,
 * and finds what does not come back. A schema of the version that it is converted to takes from an
 * object what it does not have, as the API server does.
 *
 * <p>The hub is the version that is stored. Objects of each other version go to it and back, and
 * objects of it go to each other version and back. Fields that the way there {@linkplain
 * io.usher.rule.Converting#loses declares to lose} are not looked at.
 *
 * <p>The same seed gives the same objects. Used by one thread.
 */
public final class RoundTrips {

  private static final int OBJECTS = 100;

  private final ConversionsUnderTest conversions;
  private final GroupKind kind;
  private final boolean namespaced;
  private final Map<String, JsonNode> schemas = new LinkedHashMap<>();
  private final Map<String, Consumer<ObjectNode>> adjustments = new LinkedHashMap<>();
  private String hub = "";
  private int objects = OBJECTS;
  private long seed = 1;

  RoundTrips(ConversionsUnderTest conversions, ObjectNode definition) {
    this.conversions = conversions;
    JsonNode spec = definition.path("spec");
    kind = new GroupKind(spec.path("group").asText(), spec.at("/names/kind").asText());
    namespaced = spec.path("scope").asText().equals("Namespaced");
    for (JsonNode version : spec.path("versions")) {
      String name = version.path("name").asText();
      schemas.put(name, version.at("/schema/openAPIV3Schema"));
      if (version.path("storage").asBoolean()) {
        hub = name;
      }
    }
    if (hub.isEmpty()) {
      throw new IllegalArgumentException(
          "the CustomResourceDefinition has no version with storage: true");
    }
  }

  /** As many objects for each way, 100 unless given. */
  public RoundTrips objects(int count) {
    objects = count;
    return this;
  }

  /** Other objects. */
  public RoundTrips seed(long number) {
    seed = number;
    return this;
  }

  /**
   * Makes generated objects of a version fit what a schema can say but not give an example of: a
   * pattern without a default, rules in CEL, {@code oneOf}.
   *
   * @param version of the objects
   * @param edit is called with each of them
   */
  public RoundTrips adjusting(String version, Consumer<ObjectNode> edit) {
    schemaOf(version);
    adjustments.merge(version, edit, Consumer::andThen);
    return this;
  }

  /**
   * Converts, and looks at what came back.
   *
   * @throws AssertionError with the first field that did not come back as it was, and its object
   */
  public void assertNothingIsLost() {
    VersionGraph<ConversionDefinition> graph = graph();
    for (String version : schemas.keySet()) {
      if (!version.equals(hub)) {
        assertUnchanged(graph, version, hub);
        assertUnchanged(graph, hub, version);
      }
    }
  }

  private VersionGraph<ConversionDefinition> graph() {
    return new VersionGraph<>(
        conversions.registration().conversions().stream()
            .filter(each -> each.kind().equals(kind))
            .map(each -> new VersionGraph.Step<>(each.from(), each.to(), each))
            .toList());
  }

  private void assertUnchanged(VersionGraph<ConversionDefinition> graph, String from, String to) {
    List<FieldPath> lost =
        graph.way(from, to).orElse(List.of()).stream()
            .flatMap(each -> each.loses().stream())
            .toList();
    var generated = new GeneratedObjects(new Random(seed));
    var sent = new ArrayList<ObjectNode>();
    for (int i = 0; i < objects; i++) {
      ObjectNode object = generated.of(schemaOf(from));
      object.put("apiVersion", kind.apiVersion(from)).put("kind", kind.kind());
      metadata(object.withObject("/metadata"), i);
      adjustments.getOrDefault(from, each -> {}).accept(object);
      sent.add(PrunedObjects.normal(object));
    }
    List<ObjectNode> there = converted(sent, to);
    List<ObjectNode> back = converted(there, from);
    for (int i = 0; i < sent.size(); i++) {
      ObjectNode before = sent.get(i).deepCopy();
      ObjectNode after = back.get(i);
      for (FieldPath field : lost) {
        PrunedObjects.remove(before, field.members());
        PrunedObjects.remove(after, field.members());
      }
      int index = i;
      difference("", before, after)
          .ifPresent(
              difference -> {
                throw new AssertionError(
                    """
                    %s from %s to %s and back: %s.
                    Convert it, keep it in an annotation, or declare it: loses = "...".
                    Object %d of seed %d:
                    %s
                    as %s:
                    %s
                    and back:
                    %s"""
                        .formatted(
                            kind,
                            from,
                            to,
                            difference,
                            index,
                            seed,
                            Documents.yaml(before),
                            to,
                            Documents.yaml(there.get(index)),
                            Documents.yaml(after)));
              });
    }
  }

  private List<ObjectNode> converted(List<ObjectNode> all, String version) {
    List<ObjectNode> converted = conversions.convertAll(all, version);
    converted.forEach(each -> PrunedObjects.prune(each, schemaOf(version)));
    return converted.stream().map(PrunedObjects::normal).toList();
  }

  private void metadata(ObjectNode metadata, int index) {
    metadata.put("name", "object-" + index);
    if (namespaced) {
      metadata.put("namespace", "default");
    }
    metadata.put("uid", "00000000-0000-0000-0000-%012d".formatted(index));
    metadata.putObject("labels").put("app", "object-" + index);
    metadata.putObject("annotations").put("example.com/note", "kept");
  }

  private JsonNode schemaOf(String version) {
    JsonNode schema = schemas.get(version);
    if (schema == null) {
      throw new IllegalArgumentException(
          "the CustomResourceDefinition has no version %s, but %s"
              .formatted(version, schemas.keySet()));
    }
    return schema;
  }

  /** The first field that differs; a field's name alone does not tell of an object's key. */
  private static Optional<String> difference(String path, JsonNode before, JsonNode after) {
    if (before.equals(after)) {
      return Optional.empty();
    }
    if (before.isObject() && after.isObject()) {
      var names = new TreeSet<String>();
      before.fieldNames().forEachRemaining(names::add);
      after.fieldNames().forEachRemaining(names::add);
      return names.stream()
          .map(
              name ->
                  difference(
                      path.isEmpty() ? name : path + "." + name,
                      before.path(name),
                      after.path(name)))
          .flatMap(Optional::stream)
          .findFirst();
    }
    if (before.isArray() && after.isArray() && before.size() == after.size()) {
      for (int i = 0; i < before.size(); i++) {
        Optional<String> found = difference(path + "[" + i + "]", before.get(i), after.get(i));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.of("%s was %s and is %s".formatted(path, shown(before), shown(after)));
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "not there" : value.toString();
  }
}
