package io.usher.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.Verb;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Discovery's documents about one state of the registry. */
final class Documents {

  private static final int HASH_BYTES = 8;

  /** Each group with its versions in order, each version with its resources by name. */
  private final Map<String, Map<String, List<ApiResource>>> groups = new LinkedHashMap<>();

  Documents(Collection<ResourceType> types) {
    var versions = new TreeMap<String, Set<String>>(GroupVersions.GROUPS);
    for (ResourceType type : types) {
      Set<String> names = versions.computeIfAbsent(type.group(), each -> new LinkedHashSet<>());
      type.versions().forEach(version -> names.add(version.name()));
    }
    versions.forEach(
        (group, names) -> {
          var resources = new LinkedHashMap<String, List<ApiResource>>();
          GroupVersions.ordered(names)
              .forEach(version -> resources.put(version, resources(types, group, version)));
          groups.put(group, resources);
        });
  }

  private static List<ApiResource> resources(
      Collection<ResourceType> types, String group, String version) {
    return types.stream()
        .filter(type -> type.group().equals(group))
        .flatMap(
            type ->
                Stream.ofNullable(type.version(version))
                    .map(served -> new ApiResource(type, served)))
        .sorted(Comparator.comparing(resource -> resource.type().plural()))
        .toList();
  }

  /** {@code /api}. */
  ObjectNode versions(String serverAddress) {
    ObjectNode versions = object("APIVersions");
    groups.getOrDefault("", Map.of()).keySet().forEach(versions.putArray("versions")::add);
    versions
        .putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", serverAddress);
    return versions;
  }

  /** {@code /apis}. */
  ObjectNode groups() {
    ObjectNode list = object("APIGroupList").put("apiVersion", "v1");
    ArrayNode array = list.putArray("groups");
    for (String group : groups.keySet()) {
      if (!group.isEmpty()) {
        groupInto(array.addObject(), group);
      }
    }
    return list;
  }

  /** {@code /apis/GROUP}, or null. */
  @Nullable ObjectNode group(String group) {
    if (group.isEmpty() || !groups.containsKey(group)) {
      return null;
    }
    ObjectNode document = object("APIGroup").put("apiVersion", "v1");
    groupInto(document, group);
    return document;
  }

  /** Whether a group has types that are no custom resources. */
  boolean isBuiltIn(String group) {
    return groups.getOrDefault(group, Map.of()).values().stream()
        .flatMap(List::stream)
        .anyMatch(resource -> !resource.version().schema().isCustom());
  }

  private void groupInto(ObjectNode document, String group) {
    document.put("name", group);
    ArrayNode versions = document.putArray("versions");
    for (String version : groups.getOrDefault(group, Map.of()).keySet()) {
      versions.addObject().put("groupVersion", group + '/' + version).put("version", version);
    }
    document.set("preferredVersion", versions.get(0).deepCopy());
  }

  /** {@code /apis/GROUP/VERSION}, or null. */
  @Nullable ObjectNode resources(String group, String version) {
    List<ApiResource> resources = groups.getOrDefault(group, Map.of()).get(version);
    if (resources == null) {
      return null;
    }
    ObjectNode list = object("APIResourceList");
    if (!group.isEmpty()) {
      list.put("apiVersion", "v1");
    }
    list.put("groupVersion", group.isEmpty() ? version : group + '/' + version);
    ArrayNode array = list.putArray("resources");
    for (ApiResource resource : resources) {
      resourceInto(array, resource);
    }
    return list;
  }

  private static void resourceInto(ArrayNode array, ApiResource resource) {
    ResourceType type = resource.type();
    ObjectNode entry = array.addObject();
    entry
        .put("name", type.plural())
        .put("singularName", type.singular())
        .put("namespaced", type.namespaced())
        .put("kind", type.kind());
    verbs(entry.putArray("verbs"), resource);
    texts(entry, "shortNames", type.shortNames());
    texts(entry, "categories", type.categories());
    if (type.verbs().contains(Verb.WATCH)) {
      entry.put("storageVersionHash", storageVersionHash(type.storedKind()));
    }
    for (Subresource subresource : sorted(resource)) {
      ObjectNode part = array.addObject();
      part.put("name", type.plural() + '/' + subresource.name())
          .put("singularName", "")
          .put("namespaced", type.namespaced());
      GroupVersionKind kind = subresource.kind();
      if (kind != null && !kind.group().isEmpty()) {
        part.put("group", kind.group()).put("version", kind.version());
      }
      part.put("kind", kind == null ? type.kind() : kind.kind());
      verbs(part.putArray("verbs"), subresource.verbs());
    }
  }

  /** Aggregated discovery of the core group, or of all others. */
  ObjectNode aggregated(boolean core) {
    ObjectNode list = object("APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    groups.forEach(
        (group, versions) -> {
          if (group.isEmpty() == core) {
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            if (!core) {
              metadata.put("name", group);
            }
            ArrayNode array = item.putArray("versions");
            versions.forEach((version, resources) -> versionInto(array, version, resources));
          }
        });
    return list;
  }

  private static void versionInto(ArrayNode array, String version, List<ApiResource> resources) {
    ObjectNode entry = array.addObject().put("version", version);
    ArrayNode entries = entry.putArray("resources");
    for (ApiResource resource : resources) {
      ResourceType type = resource.type();
      ObjectNode each = entries.addObject();
      each.put("resource", type.plural());
      kind(each.putObject("responseKind"), null, type);
      each.put("scope", type.scope() == Scope.NAMESPACED ? "Namespaced" : "Cluster");
      each.put("singularResource", type.singular());
      verbs(each.putArray("verbs"), resource);
      texts(each, "shortNames", type.shortNames());
      texts(each, "categories", type.categories());
      if (!resource.subresources().isEmpty()) {
        ArrayNode parts = each.putArray("subresources");
        for (Subresource subresource : sorted(resource)) {
          ObjectNode part = parts.addObject().put("subresource", subresource.name());
          kind(part.putObject("responseKind"), subresource.kind(), type);
          verbs(part.putArray("verbs"), subresource.verbs());
        }
      }
    }
    entry.put("freshness", "Current");
  }

  private static List<Subresource> sorted(ApiResource resource) {
    if (resource.version().schema().isCustom()) {
      return resource.subresources();
    }
    return resource.subresources().stream()
        .sorted(Comparator.comparing(Subresource::name))
        .toList();
  }

  private static void kind(ObjectNode json, @Nullable GroupVersionKind kind, ResourceType type) {
    if (kind == null) {
      json.put("group", "").put("version", "").put("kind", type.kind());
      return;
    }
    json.put("group", kind.group())
        .put("version", kind.group().isEmpty() ? "" : kind.version())
        .put("kind", kind.kind());
  }

  /** As kube-apiserver, which lists the verbs of custom resources in an order of its own. */
  private static final List<Verb> OF_CUSTOM_RESOURCES =
      List.of(
          Verb.DELETE,
          Verb.DELETECOLLECTION,
          Verb.GET,
          Verb.LIST,
          Verb.PATCH,
          Verb.CREATE,
          Verb.UPDATE,
          Verb.WATCH);

  private static void verbs(ArrayNode array, ApiResource resource) {
    Set<Verb> verbs = resource.type().verbs();
    if (resource.version().schema().isCustom()) {
      OF_CUSTOM_RESOURCES.stream()
          .filter(verbs::contains)
          .forEach(each -> array.add(each.toString()));
    } else {
      verbs(array, verbs);
    }
  }

  private static void verbs(ArrayNode array, Set<Verb> verbs) {
    verbs.stream().map(Verb::toString).sorted().forEach(array::add);
  }

  private static void texts(ObjectNode entry, String member, List<String> texts) {
    if (!texts.isEmpty()) {
      texts.forEach(entry.putArray(member)::add);
    }
  }

  /** What {@code /} lists. */
  List<String> paths() {
    var paths = new TreeSet<>(List.of("/apis", "/healthz", "/livez", "/readyz", "/version"));
    groups.forEach(
        (group, versions) -> {
          String root = group.isEmpty() ? "/api" : "/apis/" + group;
          paths.add(root);
          versions.keySet().forEach(version -> paths.add(root + '/' + version));
        });
    return List.copyOf(paths);
  }

  private static ObjectNode object(String kind) {
    return JsonNodeFactory.instance.objectNode().put("kind", kind);
  }

  /** As {@code StorageVersionHash} of k8s.io/apiserver. */
  private static String storageVersionHash(GroupVersionKind kind) {
    String text = kind.group() + '/' + kind.version() + '/' + kind.kind();
    byte[] hash = digest("SHA-256", text.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
  }

  static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has both
    }
  }
}
