package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.ForwardHandler;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.SubresourceHandler;
import io.usher.apiserver.builtin.ResourceTable.ColumnRow;
import io.usher.apiserver.builtin.ResourceTable.Row;
import io.usher.apiserver.schema.TypedSchema;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The resource types that kube-apiserver serves by default. Making them reads one small table;
 * columns are read when the first Table is asked for, schemas when the first object comes.
 */
public final class BuiltInTypes {

  private static final Map<String, List<String>> PARTS =
      Map.of(
          "status", List.of("status"),
          "finalize", List.of("spec.finalizers"),
          "approval", List.of("status.conditions"),
          "ephemeralcontainers", List.of("spec.ephemeralContainers"),
          "resize", List.of("spec.containers", "spec.initContainers", "spec.resources"));

  /** The parts with which metadata can be written, but for that of {@link #KEEPING_METADATA}. */
  private static final Set<String> WITH_METADATA = Set.of("status", "finalize", "approval");

  private static final Set<String> KEEPING_METADATA =
      Set.of(
          "apiservices.apiregistration.k8s.io",
          "customresourcedefinitions.apiextensions.k8s.io",
          "flowschemas.flowcontrol.apiserver.k8s.io",
          "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
          "resourceclaims.resource.k8s.io",
          "servicecidrs.networking.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "volumeattachments.storage.k8s.io");

  private static final String EVENTS = "events.events.k8s.io";

  // by text: the first hash of a record costs as much as the rest of a start
  private static final Map<String, Conversion> CONVERSIONS =
      Map.of(
          "events.k8s.io/v1/events", new EventConversion(),
          "autoscaling/v1/horizontalpodautoscalers", new AutoscalerConversion());

  private static final Map<String, String> DEPRECATED =
      Map.of(
          "/v1/componentstatuses",
          "v1 ComponentStatus is deprecated in v1.19+",
          "/v1/endpoints",
          "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");

  private final Clock clock;

  /** What is passed on beside what takes options: its kind is the one of what comes back. */
  private static final String LOG = "log";

  private final BiFunction<GroupResource, String, SubresourceHandler> handlers;
  private final BiFunction<String, String, ForwardHandler> forwards;
  private final Map<String, BuiltInKind> kinds;

  private BuiltInTypes(
      Clock clock,
      BiFunction<GroupResource, String, SubresourceHandler> handlers,
      BiFunction<String, String, ForwardHandler> forwards) {
    this.clock = clock;
    this.handlers = handlers;
    this.forwards = forwards;
    kinds = Kinds.all(clock);
  }

  /**
   * All of them, by group and plural. Review kinds are among them as types with objects; {@link
   * ResourceType.Builder#answering} makes them answer.
   *
   * @param handlers answers a resource's subresource that is no part of its objects, such as {@code
   *     pods} and {@code eviction}
   * @param forwards passes on what is for a node, such as {@code pods} and {@code exec}
   */
  public static List<ResourceType.Builder> builders(
      Clock clock,
      BiFunction<GroupResource, String, SubresourceHandler> handlers,
      BiFunction<String, String, ForwardHandler> forwards) {
    return new BuiltInTypes(clock, handlers, forwards).build();
  }

  private List<ResourceType.Builder> build() {
    var byResource = new TreeMap<GroupResource, List<Row>>();
    var subresources = new TreeMap<GroupResource, List<Row>>();
    for (Row row : ResourceTable.resources()) {
      String resource = row.isSubresource() ? row.name().split("/")[0] : row.name();
      (row.isSubresource() ? subresources : byResource)
          .computeIfAbsent(new GroupResource(row.group(), resource), absent -> new ArrayList<>())
          .add(row);
    }
    var builders = new ArrayList<ResourceType.Builder>(byResource.size());
    byResource.forEach(
        (resource, versions) -> {
          // the newest first, as kube-apiserver prefers it: all are stable
          versions.sort(Comparator.comparing(Row::version).reversed());
          builders.add(builder(resource, versions, subresources.getOrDefault(resource, List.of())));
        });
    return builders;
  }

  private ResourceType.Builder builder(
      GroupResource resource, List<Row> versions, List<Row> subresources) {
    Row row = versions.get(0);
    BuiltInKind kind = kinds.getOrDefault(resource.toString(), new Plain(resource, clock));
    ResourceType.Builder builder =
        ResourceType.builder(resource.group(), row.kind().kind())
            .plural(row.name())
            .singular(row.singular())
            .scope(row.namespaced() ? Scope.NAMESPACED : Scope.CLUSTER)
            .shortNames(row.shortNames().toArray(String[]::new))
            .categories(row.categories().toArray(String[]::new))
            .verbs(row.verbs())
            .strategy(kind);
    versions.forEach(version -> builder.version(version(version, kind)));
    if (resource.toString().equals(EVENTS)) {
      builder.storedAs(new GroupResource("", "events"), new GroupVersionKind("", "v1", "Event"));
    }
    for (Row each : subresources) {
      if (each.version().equals(row.version())) {
        builder.subresource(subresource(resource, each));
      }
    }
    return builder;
  }

  private ServedVersion version(Row row, BuiltInKind kind) {
    String resource = row.group() + '/' + row.version() + '/' + row.name();
    Conversion conversion = CONVERSIONS.getOrDefault(resource, Conversion.NONE);
    return ServedVersion.of(row.version())
        .withSchema(TypedSchema.builtIn(row.kind(), kind::setDefaults))
        .withColumns(
            () ->
                ResourceTable.columns(resource).stream()
                    .map(each -> column(each, kind, conversion))
                    .toList())
        .withSelectableFields(kind.selectableFields())
        .withDeprecationWarning(DEPRECATED.getOrDefault(resource, ""))
        .withConversion(conversion);
  }

  private Column column(ColumnRow row, BuiltInKind kind, Conversion conversion) {
    return switch (row.name()) {
      case "Name" -> column(row, Column.ofName().description(), kind::nameCell);
      case "Age" -> column(row, Column.ofAge(clock).description(), Column.ofAge(clock).cell());
      case "Created At" ->
          column(
              row,
              Column.ofAge(clock).description(),
              object -> object.at("/metadata/creationTimestamp"));
      default ->
          column(
              row, row.description(), object -> kind.cell(row.name(), conversion.stored(object)));
    };
  }

  private static Column column(
      ColumnRow row, String description, Function<ObjectNode, JsonNode> cell) {
    return new Column(row.name(), row.type(), row.format(), description, row.priority(), cell);
  }

  private Subresource subresource(GroupResource resource, Row row) {
    String name = row.name().substring(row.name().indexOf('/') + 1);
    List<String> fields = PARTS.get(name);
    if (fields != null) {
      return new Subresource.Part(name, withMetadata(resource, name, fields), row.verbs());
    }
    if (name.equals("scale")) {
      return new Subresource.Scale("spec.replicas", "status.replicas", "spec.selector");
    }
    if (name.equals(LOG) || row.kind().kind().endsWith("Options")) {
      return new Subresource.Forward(
          name, row.kind(), row.verbs(), forwards.apply(resource.resource(), name));
    }
    return new Subresource.Own(name, row.kind(), row.verbs(), handlers.apply(resource, name));
  }

  private static List<String> withMetadata(
      GroupResource resource, String part, List<String> fields) {
    String type = resource.toString();
    if (!WITH_METADATA.contains(part) || KEEPING_METADATA.contains(type)) {
      return fields;
    }
    var all = new ArrayList<>(fields);
    all.addAll(List.of("metadata.annotations", "metadata.finalizers"));
    if (!type.equals("deployments.apps")) {
      all.add("metadata.labels");
    }
    if (!type.equals("pods")) {
      all.add("metadata.ownerReferences");
    }
    return all;
  }
}
