package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.patch.FieldOwnership.FieldConflicts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server-side apply as Kubernetes defines it: each manager says what he wants of an object, and
 * {@code metadata.managedFields} keeps who owns which field.
 *
 * <pre>{@code
 * StructSchema schema = PatchSchema.builtIn().forKind("apps", "v1", "Deployment");
 * FieldManager me = FieldManager.of("my-controller", clock.instant());
 * ObjectNode next = ServerSideApply.apply(live, applied, me, schema);
 * }</pre>
 */
public final class ServerSideApply {
  private static final String BEFORE_FIRST = "before-first-apply";

  private ServerSideApply() {}

  /**
   * Applies a configuration, of an object whose versions have the same fields.
   *
   * @see #apply(JsonNode, JsonNode, FieldManager, ObjectVersions)
   */
  public static ObjectNode apply(
      @Nullable JsonNode live, JsonNode applied, FieldManager manager, StructSchema schema) {
    return apply(live, applied, manager, ObjectVersions.of(schema));
  }

  /**
   * Applies a configuration: what it gives is set, what the manager gave last and gives no longer
   * is removed where nobody else owns it.
   *
   * @param live the object as it is, in the version of {@code applied}; null to create it
   * @param applied what the manager wants, with {@code apiVersion}
   * @return the new object with its {@code managedFields}; may share parts with both
   * @throws ApplyConflictException where it gives other values to fields of other managers, who are
   *     not forced
   * @throws PatchException when the configuration has {@code managedFields}, a field that the type
   *     has not, or two elements of one list that are the same, or {@code live}'s managedFields
   *     can't be read
   */
  public static ObjectNode apply(
      @Nullable JsonNode live, JsonNode applied, FieldManager manager, ObjectVersions versions) {
    String version = applied.path("apiVersion").asText();
    if (applied.path("metadata").hasNonNull("managedFields")) {
      throw new PatchException("", "metadata.managedFields must be nil");
    }
    FieldSchema schema = schema(versions, version);
    AppliedCheck.check(applied, schema);
    JsonNode empty = versions.empty(version);
    JsonNode base = live == null ? empty : withoutManagedFields(live);
    JsonNode present = live == null ? null : managedFields(live);
    ManagedFields before = ManagedFields.read(present);
    if (before.isEmpty()) {
      FieldManager first =
          new FieldManager(
              BEFORE_FIRST,
              manager.time(),
              manager.subresource(),
              false,
              manager.ignored(),
              manager.only());
      new FieldOwnership(before, first, versions, version).update(empty, base);
      present = before.toJson();
    }
    boolean kubectl = manager.name().equals(LastApplied.KUBECTL);
    ManagedFields managed = before;
    JsonNode next;
    try {
      next = new FieldOwnership(managed, manager, versions, version).apply(base, applied);
    } catch (FieldConflicts conflicts) {
      FieldSet allowed = kubectl ? LastApplied.unchanged(base, schema) : new FieldSet();
      if (!conflicts.areWithin(allowed)) {
        throw conflicts.outside(allowed);
      }
      managed = ManagedFields.read(present);
      next =
          new FieldOwnership(managed, manager.forcing(true), versions, version)
              .apply(base, applied);
    }
    JsonNode result = FieldRemoval.cleared(next);
    return withManagedFields(
        kubectl ? LastApplied.refreshed(result, applied) : result, managed.toJson());
  }

  /**
   * Merges a configuration of nobody, who owns nothing of it: what a MutatingAdmissionPolicy
   * applies. What has one owner as a whole can't be given, as the rest of it would be lost.
   *
   * @param live the object as it is
   * @return the new object; may share parts with both
   * @throws PatchException when the configuration has a field that the type has not, or a list, map
   *     or struct with one owner
   */
  public static ObjectNode merge(JsonNode live, JsonNode applied, StructSchema schema) {
    FieldSchema field = schema.asField();
    try {
      AppliedCheck.check(applied, field);
    } catch (PatchException e) {
      throw new PatchException(
          "", "failed to convert patch object to typed object: " + e.getMessage());
    }
    List<String> whole = AppliedCheck.atomics(applied, field);
    if (!whole.isEmpty()) {
      throw new PatchException(
          "",
          "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
              + String.join(", ", whole));
    }
    return (ObjectNode) AppliedMerge.into(live, applied, field);
  }

  /**
   * Makes a manager the owner of what he changed in another way than by applying it, of an object
   * whose versions have the same fields.
   *
   * @see #update(JsonNode, JsonNode, FieldManager, ObjectVersions)
   */
  public static ObjectNode update(
      @Nullable JsonNode live, JsonNode updated, FieldManager manager, StructSchema schema) {
    return update(live, updated, manager, ObjectVersions.of(schema));
  }

  /**
   * Makes a manager the owner of what he changed in another way than by applying it. Managed fields
   * that can't be read, or that an update leaves out, stay as they were; an empty list, or a list
   * of one empty entry, resets them. An object that had none keeps none until somebody applies.
   *
   * @param live the object as it was, in the version of {@code updated}; null when it is new
   * @param updated the object as it is to be, with {@code apiVersion}
   * @return the new object with its {@code managedFields}; shares parts with {@code updated}
   */
  public static ObjectNode update(
      @Nullable JsonNode live, JsonNode updated, FieldManager manager, ObjectVersions versions) {
    JsonNode present = live == null ? null : managedFields(live);
    String version = updated.path("apiVersion").asText();
    JsonNode given = managedFields(updated);
    ObjectNode next = withoutManagedFields(updated);
    boolean whole = manager.subresource().isEmpty();
    if (whole && given != null && isReset(given) && live != null) {
      return next;
    }
    try {
      ManagedFields managed =
          managed(whole && given != null && !isReset(given) ? given : null, present);
      if (live != null && managed.isEmpty()) {
        return next;
      }
      JsonNode before = live == null ? versions.empty(version) : withoutManagedFields(live);
      new FieldOwnership(managed, manager, versions, version).update(before, next);
      return withManagedFields(next, managed.toJson());
    } catch (PatchException e) {
      return withManagedFields(next, present); // no reason to refuse the update
    }
  }

  private static ManagedFields managed(@Nullable JsonNode given, @Nullable JsonNode present) {
    try {
      ManagedFields managed = ManagedFields.read(given);
      if (!managed.isEmpty()) {
        return managed;
      }
    } catch (PatchException e) {
      // as if it were left out
    }
    try {
      return ManagedFields.read(present);
    } catch (PatchException e) {
      return new ManagedFields();
    }
  }

  private static boolean isReset(JsonNode given) {
    return given.isArray()
        && (given.isEmpty()
            || given.size() == 1 && given.get(0).isObject() && given.get(0).isEmpty());
  }

  private static FieldSchema schema(ObjectVersions versions, String version) {
    StructSchema schema = versions.schema(version);
    if (schema == null) {
      throw new PatchException("/apiVersion", "there is no version " + version);
    }
    return schema.asField();
  }

  private static @Nullable JsonNode managedFields(JsonNode object) {
    JsonNode fields = object.path("metadata").get("managedFields");
    return fields == null || fields.isNull() ? null : fields;
  }

  private static ObjectNode withoutManagedFields(JsonNode object) {
    return withManagedFields(object, null);
  }

  private static ObjectNode withManagedFields(JsonNode object, @Nullable JsonNode managedFields) {
    ObjectNode copy = shallowCopy(object);
    if (object.path("metadata").isObject()) {
      ObjectNode metadata = shallowCopy(object.path("metadata"));
      metadata.remove("managedFields");
      if (managedFields != null) {
        metadata.set("managedFields", managedFields);
      }
      copy.set("metadata", metadata);
    } else if (managedFields != null) {
      copy.putObject("metadata").set("managedFields", managedFields);
    }
    return copy;
  }

  private static ObjectNode shallowCopy(JsonNode object) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    object.properties().forEach(member -> copy.set(member.getKey(), member.getValue()));
    return copy;
  }
}
