package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.cli.local.RequestFactory.Located;
import io.usher.patch.StructSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The objects that the API server has: those that were sent, as their author knows them, and those
 * that were there before.
 */
final class ServerObjects {

  private static final Set<String> OF_EXISTING = Set.of("UPDATE", "DELETE");

  private final ApiServer server;

  /** By resource, namespace and name. */
  private final Map<String, Applied> applied = new HashMap<>();

  /**
   * An object without what the server adds.
   *
   * @param sent as it was last sent
   * @param admitted with what webhooks changed
   */
  record Applied(ObjectNode sent, ObjectNode admitted) {}

  ServerObjects(ApiServer server) {
    this.server = server;
  }

  /** The object of this name as the server has it, or null. */
  @Nullable ObjectNode stored(Located located) {
    return located.name().isEmpty()
        ? null
        : server.objects().get(located.groupResource(), located.keyNamespace(), located.name());
  }

  /** What was sent of this name, or null. */
  @Nullable Applied applied(Located located) {
    return applied.get(key(located, located.name()));
  }

  /**
   * Remembers what was sent.
   *
   * @param admitted null when it was deleted
   * @param answered the server's object, which may have another name
   */
  void remember(Located located, @Nullable ObjectNode admitted, JsonNode answered) {
    if (admitted == null) {
      applied.remove(key(located, located.name()));
    } else {
      String name = answered.path("metadata").path("name").asText();
      applied.put(key(located, name), new Applied(located.object(), admitted));
    }
  }

  /** The keys of the lists of this object, or null for a custom resource. */
  @Nullable StructSchema mergeSchema(Located located) {
    ServedVersion version = version(located);
    return version == null ? null : version.schema().mergeSchema();
  }

  /**
   * Has each namespace there that no manifest creates.
   *
   * @throws ManifestException when one is no Namespace
   */
  void provideNamespaces(List<ManifestDocument> documents, List<Located> located) {
    var created = new HashSet<String>();
    for (int i = 0; i < located.size(); i++) {
      Located each = located.get(i);
      if (each.isNamespace() && created.add(each.name())) {
        if (OF_EXISTING.contains(documents.get(i).annotation("operation"))) {
          provide(documents.get(i), each);
        }
      }
    }
    for (int i = 0; i < located.size(); i++) {
      Located each = located.get(i);
      if (each.namespaced() && created.add(each.namespace())) {
        provide(documents.get(i), Located.ofNamespace(each.namespace()));
      }
    }
  }

  /**
   * Has the server have an object that no request made, unless it has one of that name.
   *
   * @throws ManifestException when it is none of its kind
   */
  void provide(ManifestDocument document, Located located) {
    ResourceType type = server.resources().type(located.groupResource());
    ServedVersion version = version(located);
    if (type == null
        || version == null
        || !type.kind().equals(located.kind().kind())
        || stored(located) != null) {
      return;
    }
    ObjectNode object = located.object().deepCopy();
    try {
      version.schema().prune(object);
      version.schema().setDefaults(object);
      type.strategy().prepareForCreate(object);
      version.conversion().toStored(object);
      server.objects().create(located.groupResource(), object);
    } catch (ApiException e) {
      throw document.invalid(String.valueOf(e.getMessage()));
    }
    remember(located, located.object(), object);
  }

  private @Nullable ServedVersion version(Located located) {
    ResourceType type = server.resources().type(located.groupResource());
    return type == null ? null : type.version(located.resource().version());
  }

  private static String key(Located located, String name) {
    return located.groupResource() + "/" + located.keyNamespace() + "/" + name;
  }
}
