package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.schema.TypedSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** All documents of a set of types, each made when it is first asked for. Thread-safe. */
final class Documents {

  private static final BiPredicate<String, String> EVERY_GROUP = (group, version) -> true;

  private final KindSchemas schemas;
  private final DocumentV3 writer;
  private final String kubernetes;
  private final SortedMap<String, List<ApiResource>> resources = new TreeMap<>();
  private final Map<String, Document> made = new TreeMap<>();
  private @Nullable Document v2;
  private @Nullable Document v2Protobuf;

  Documents(Collection<ResourceType> types, String kubernetes) {
    this.kubernetes = kubernetes;
    schemas = new KindSchemas(types);
    writer = new DocumentV3(schemas.definitions(), kubernetes);
    for (ResourceType type : types) {
      for (ServedVersion version : type.versions()) {
        resources
            .computeIfAbsent(
                new GroupNames(type.group(), version.name()).document(),
                absent -> new ArrayList<>())
            .add(new ApiResource(type, version));
      }
    }
  }

  /** The index: each document with its address. */
  byte[] index() {
    ObjectNode json = Parameters.NODES.objectNode();
    ObjectNode paths = json.putObject("paths");
    for (String name : names()) {
      String hash = known(name).hash();
      paths.putObject(name).put("serverRelativeURL", "/openapi/v3/" + name + "?hash=" + hash);
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Those of custom resources only describe no discovery. */
  private static boolean isCustom(List<ApiResource> group) {
    return group.stream().noneMatch(each -> each.version().schema() instanceof TypedSchema);
  }

  private Set<String> names() {
    var names = new TreeMap<String, Boolean>();
    for (String each : List.of("api", "apis", "version")) {
      names.put(each, true);
    }
    for (String document : resources.keySet()) {
      names.put(document, true);
      if (document.startsWith("apis/") && !isCustom(resources.get(document))) {
        names.put(document.substring(0, document.lastIndexOf('/')), true);
      }
    }
    return names.keySet();
  }

  /** The document of this name, {@code apis/apps/v1}, or null. */
  @Nullable Document v3(String name) {
    return names().contains(name) ? known(name) : null;
  }

  private synchronized Document known(String name) {
    return made.computeIfAbsent(name, this::make);
  }

  private Document make(String name) {
    List<ApiResource> group = resources.get(name);
    if (group == null) {
      return Document.json(writer.write(metaPaths(name), EVERY_GROUP));
    }
    String itsGroup = group.get(0).kind().group();
    String itsVersion = group.get(0).kind().version();
    return Document.json(
        writer.write(
            paths(group),
            (each, version) ->
                each.isEmpty() && version.equals("v1")
                    || each.equals(itsGroup) && version.equals(itsVersion)));
  }

  private Map<String, List<Operation>> paths(List<ApiResource> group) {
    var names = new GroupNames(group.get(0).kind().group(), group.get(0).kind().version());
    var paths = new TreeMap<String, List<Operation>>();
    if (!isCustom(group)) {
      paths.put(
          names.root(),
          List.of(
              document(
                  "get available resources",
                  "get" + names.prefix() + "APIResources",
                  names.tag(),
                  Definitions.META + "APIResourceList")));
    }
    group.forEach(each -> paths.putAll(ResourcePaths.of(each, schemas)));
    return paths;
  }

  /** The paths of a document that is no group version's. */
  private static Map<String, List<Operation>> metaPaths(String name) {
    Operation operation =
        switch (name) {
          case "api" ->
              document(
                  "get available API versions",
                  "getCoreAPIVersions",
                  "core",
                  Definitions.META + "APIVersions");
          case "apis" ->
              document(
                  "get available API versions",
                  "getAPIVersions",
                  "apis",
                  Definitions.META + "APIGroupList");
          case "version" ->
              document(
                  "get the version information for this server",
                  "getCodeVersion",
                  "version",
                  "io.k8s.apimachinery.pkg.version.Info");
          default -> {
            var names = new GroupNames(name.substring(name.indexOf('/') + 1), "");
            yield document(
                "get information of a group",
                "get" + names.camelGroup() + "APIGroup",
                names.groupTag(),
                Definitions.META + "APIGroup");
          }
        };
    return Map.of('/' + name + '/', List.of(operation));
  }

  private static Operation document(String description, String id, String tag, String schema) {
    return new Operation("get", null, description, id).tagged(tag).answers(schema, 200);
  }

  /** The one document of version 2. */
  synchronized Document v2() {
    Document present = v2;
    if (present == null) {
      present = Document.json(v2Tree().toString().getBytes(StandardCharsets.UTF_8));
      v2 = present;
    }
    return present;
  }

  /** The same as protobuf. */
  synchronized Document v2Protobuf() {
    Document present = v2Protobuf;
    if (present == null) {
      present = Document.of(ProtobufV2.CONTENT_TYPE, ProtobufV2.of(v2Tree()));
      v2Protobuf = present;
    }
    return present;
  }

  private ObjectNode v2Tree() {
    var paths = new TreeMap<String, List<Operation>>();
    for (String name : names()) {
      List<ApiResource> group = resources.get(name);
      paths.putAll(group == null ? metaPaths(name) : paths(group));
    }
    ObjectNode v3 = writer.paths(paths);
    ObjectNode json = Parameters.NODES.objectNode();
    json.put("swagger", "2.0").set("info", DocumentV3.info(kubernetes));
    json.set("paths", DocumentV2.paths(v3));
    ObjectNode definitions = json.putObject("definitions");
    schemas
        .definitions()
        .closure(DocumentV3.referred(v3), EVERY_GROUP)
        .forEach((name, text) -> definitions.set(name, DocumentV2.kind(Definitions.parse(text))));
    json.putObject("securityDefinitions")
        .putObject("BearerToken")
        .put("description", "Bearer Token authentication")
        .put("type", "apiKey")
        .put("name", "authorization")
        .put("in", "header");
    return json;
  }
}
