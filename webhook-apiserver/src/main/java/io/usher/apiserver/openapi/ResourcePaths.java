package io.usher.apiserver.openapi;

import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.Verb;
import io.usher.apiserver.openapi.Operation.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The operations of one resource by path, as kube-apiserver's documents have them. */
final class ResourcePaths {

  private static final String STATUS = Definitions.META + "Status";
  private static final Body DELETE = new Body(Definitions.META + "DeleteOptions", false, false);

  private final ApiResource resource;
  private final Schemas schemas;
  private final GroupVersionKind kind;
  private final GroupNames names;
  private final Body patch;
  private final Map<String, List<Operation>> paths = new TreeMap<>();

  /** Where the names of schemas come from. */
  interface Schemas {
    /** The name of a kind's schema; empty where it has none. */
    String of(GroupVersionKind kind);
  }

  private ResourcePaths(ApiResource resource, Schemas schemas) {
    this.resource = resource;
    this.schemas = schemas;
    kind = resource.kind();
    names = new GroupNames(kind.group(), kind.version());
    boolean strategic = resource.version().schema().mergeSchema() != null;
    patch = new Body(Definitions.META + "Patch", true, strategic);
  }

  static Map<String, List<Operation>> of(ApiResource resource, Schemas schemas) {
    var paths = new ResourcePaths(resource, schemas);
    paths.collection();
    return paths.paths;
  }

  private void collection() {
    boolean namespaced = resource.type().namespaced();
    String root = names.root();
    String plural = resource.type().plural();
    String path = root + (namespaced ? "namespaces/{namespace}/" : "") + plural;
    String scope = namespaced ? "Namespaced" : "";
    Set<String> place = namespaced ? Set.of("namespace") : Set.of();
    Set<Verb> verbs = resource.type().verbs();
    String own = schemas.of(kind);
    String listed =
        schemas.of(new GroupVersionKind(kind.group(), kind.version(), resource.type().listKind()));
    if (verbs.contains(Verb.LIST)) {
      String description =
          (verbs.contains(Verb.WATCH) ? "list or watch" : "list")
              + " objects of kind "
              + kind.kind();
      UnaryOperator<String> id = end -> "list" + names.prefix() + end;
      if (namespaced) {
        add(
            root + plural,
            new Operation("get", "list", description, id.apply(kind.kind() + "ForAllNamespaces"))
                .with(Parameters.LIST)
                .answers(listed, 200));
      }
      add(
          path,
          new Operation("get", "list", description, id.apply(scope + kind.kind()))
              .with(place, Parameters.LIST)
              .answers(listed, 200));
    }
    if (verbs.contains(Verb.CREATE)) {
      add(
          path,
          new Operation("post", "post", "create " + a(kind), id("create", scope, kind, ""))
              .with(place, Parameters.WRITE)
              .takes(new Body(own, true, false))
              .answers(own, 200, 201, 202));
    }
    if (verbs.contains(Verb.DELETECOLLECTION)) {
      var parameters = new TreeSet<>(Parameters.LIST);
      parameters.removeAll(Set.of("allowWatchBookmarks", "watch"));
      add(
          path,
          new Operation(
                  "delete",
                  "deletecollection",
                  "delete collection of " + kind.kind(),
                  id("delete", "Collection" + scope, kind, ""))
              .with(place, Parameters.DELETE, parameters)
              .takes(DELETE)
              .answers(STATUS, 200));
    }
    Set<String> named = new TreeSet<>(place);
    named.addAll(Set.of("name", "pretty"));
    object(path + "/{name}", scope, named, verbs, own);
    for (Subresource subresource : resource.subresources()) {
      subresource(path + "/{name}/" + subresource.name(), scope, named, subresource);
    }
  }

  private void object(String path, String scope, Set<String> named, Set<Verb> verbs, String own) {
    String specified = "the specified " + kind.kind();
    parts(path, scope, named, verbs, own, specified, "");
    if (verbs.contains(Verb.DELETE)) {
      boolean returned = resource.type().strategy().returnsDeletedObject();
      add(
          path,
          new Operation("delete", "delete", "delete " + a(kind), id("delete", scope, kind, ""))
              .with(named, Parameters.DELETE)
              .takes(DELETE)
              .answers(returned ? own : STATUS, 200, 202));
    }
  }

  private void subresource(String path, String scope, Set<String> named, Subresource subresource) {
    GroupVersionKind about = subresource.kind() == null ? kind : subresource.kind();
    String own = schemas.of(about);
    if (own.isEmpty()) {
      return; // a connection such as exec: its options are no kind with a schema
    }
    String name = subresource.name();
    String end = GroupNames.capital(name);
    parts(
        path,
        scope,
        named,
        subresource.verbs(),
        own,
        name + " of the specified " + kind.kind(),
        end);
    if (subresource.verbs().contains(Verb.CREATE)) {
      add(
          path,
          new Operation(
                  "post",
                  "post",
                  "create " + name + " of " + a(kind),
                  id("create", scope, kind, end))
              .with(named, Parameters.WRITE)
              .takes(new Body(own, true, false))
              .answers(own, 200, 201, 202));
    }
    paths.computeIfPresent(
        path, (each, all) -> all.stream().map(operation -> operation.about(about)).toList());
  }

  /** Reading and writing of an object or of a part of it. */
  private void parts(
      String path,
      String scope,
      Set<String> named,
      Set<Verb> verbs,
      String own,
      String what,
      String end) {
    if (verbs.contains(Verb.GET)) {
      add(
          path,
          new Operation("get", "get", "read " + what, id("read", scope, kind, end))
              .with(named)
              .answers(own, 200));
    }
    if (verbs.contains(Verb.UPDATE)) {
      add(
          path,
          new Operation("put", "put", "replace " + what, id("replace", scope, kind, end))
              .with(named, Parameters.WRITE)
              .takes(new Body(own, true, false))
              .answers(own, 200, 201));
    }
    if (verbs.contains(Verb.PATCH)) {
      add(
          path,
          new Operation("patch", "patch", "partially update " + what, id("patch", scope, kind, end))
              .with(named, Parameters.PATCH)
              .takes(patch)
              .answers(own, 200, 201));
    }
  }

  private void add(String path, Operation operation) {
    paths
        .computeIfAbsent(path, absent -> new ArrayList<>())
        .add(operation.tagged(names.tag()).about(kind));
  }

  private String id(String verb, String scope, GroupVersionKind kind, String end) {
    return verb + names.prefix() + scope + kind.kind() + end;
  }

  private static String a(GroupVersionKind kind) {
    if (kind.kind().endsWith("s") && !kind.kind().endsWith("ss")) {
      return kind.kind(); // Endpoints
    }
    return ("AEIOU".indexOf(kind.kind().charAt(0)) >= 0 ? "an " : "a ") + kind.kind();
  }
}
