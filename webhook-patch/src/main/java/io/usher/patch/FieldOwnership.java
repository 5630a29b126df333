package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.patch.ManagedFields.Owned;
import io.usher.patch.ManagedFields.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One change of an object, and what becomes of its managers' fields. Objects are in the version of
 * the change and without {@code managedFields}.
 */
final class FieldOwnership {

  /** What the server sets, or every object has: nobody owns it. */
  private static final FieldSet OWNERLESS =
      FieldSet.of(
          List.of(
              "apiVersion",
              "kind",
              "metadata",
              "metadata.name",
              "metadata.namespace",
              "metadata.creationTimestamp",
              "metadata.selfLink",
              "metadata.uid",
              "metadata.clusterName",
              "metadata.generation",
              "metadata.managedFields",
              "metadata.resourceVersion"));

  private final ManagedFields managed;
  private final FieldManager manager;
  private final ObjectVersions versions;
  private final String version;
  private final FieldSchema schema;
  private final UnaryOperator<FieldSet> filter;

  /**
   * @param managed edited
   * @param version of the change
   */
  FieldOwnership(
      ManagedFields managed, FieldManager manager, ObjectVersions versions, String version) {
    this.managed = managed;
    this.manager = manager;
    this.versions = versions;
    this.version = version;
    this.schema = schemaOf(version);
    this.filter = manager.filter();
  }

  private FieldSchema schemaOf(String apiVersion) {
    StructSchema found = versions.schema(apiVersion);
    if (found == null) {
      throw new PatchException("/apiVersion", "there is no version " + apiVersion);
    }
    return found.asField();
  }

  private boolean exists(String apiVersion) {
    return versions.schema(apiVersion) != null;
  }

  private JsonNode in(JsonNode object, String apiVersion) {
    return object.path("apiVersion").asText().equals(apiVersion)
        ? object
        : versions.convert(object, apiVersion);
  }

  /** Makes the manager the owner of what an update changed. */
  void update(JsonNode live, JsonNode updated) {
    fitToSchemas();
    FieldComparison comparison = takeFromOthers(live, updated, null, true);
    FieldSet changed = filter.apply(comparison.set()).difference(OWNERLESS);
    if (!changed.isEmpty()) {
      Owner owner = Owner.of(manager, false, version);
      Owned before = managed.get(owner);
      managed.put(owner, before == null ? changed : changed.union(before.fields()), version);
      managed.touch(owner, manager.time());
    }
    managed.cap();
  }

  /**
   * Applies a configuration.
   *
   * @return the new object, which may share parts with both
   * @throws ApplyConflictException where others own fields to which it gives other values
   */
  JsonNode apply(JsonNode live, JsonNode applied) {
    fitToSchemas();
    Owner owner = Owner.of(manager, true, version);
    JsonNode merged = AppliedMerge.into(live, applied, schema);
    Owned last = managed.get(owner);
    FieldSet fields = filter.apply(ObjectFields.of(applied, schema));
    managed.put(owner, fields, version);
    JsonNode pruned = last == null ? merged : pruned(merged, last);
    takeFromOthers(live, pruned, owner, manager.force());
    managed.put(owner, fields.difference(OWNERLESS), version);
    if (!JsonEquality.equal(live, pruned)) {
      managed.touch(owner, manager.time());
    }
    return pruned;
  }

  private void fitToSchemas() {
    for (Owner owner : managed.owners()) {
      Owned owned = managed.get(owner);
      if (owned != null && exists(owned.apiVersion())) {
        FieldSet fitted = owned.fields().fittedTo(schemaOf(owned.apiVersion()));
        managed.put(owner, fitted, owned.apiVersion());
      }
    }
  }

  /**
   * Takes what a change gave another value, or removed, from all owners but one.
   *
   * @return the change in its own version
   */
  private FieldComparison takeFromOthers(
      JsonNode live, JsonNode next, @Nullable Owner self, boolean force) {
    var comparisons = new HashMap<String, FieldComparison>();
    FieldComparison own = FieldComparison.of(live, next, schema).filtered(filter);
    comparisons.put(version, own);
    Map<Owner, FieldSet> conflicts = new TreeMap<>();
    for (Owner owner : managed.owners()) {
      Owned owned = managed.get(owner);
      if (owned == null || owner.equals(self)) {
        continue;
      }
      String at = owned.apiVersion();
      if (!exists(at)) {
        managed.remove(owner);
        continue;
      }
      FieldComparison comparison =
          comparisons.computeIfAbsent(
              at,
              other ->
                  FieldComparison.of(in(live, other), in(next, other), schemaOf(other))
                      .filtered(filter));
      FieldSet taken = owned.fields().intersection(comparison.set());
      if (!taken.isEmpty()) {
        conflicts.put(owner, taken);
      }
      if (force || taken.isEmpty()) {
        managed.put(owner, owned.fields().difference(taken).difference(comparison.removed()), at);
      }
    }
    if (!force && !conflicts.isEmpty()) {
      throw new FieldConflicts(conflicts);
    }
    return own;
  }

  /** Without what the manager gave last, gives no longer, and nobody else owns. */
  private JsonNode pruned(JsonNode merged, Owned last) {
    String at = last.apiVersion();
    if (!exists(at)) {
      return merged;
    }
    JsonNode whole = in(merged, at);
    FieldSchema there = schemaOf(at);
    FieldSet given = last.fields().withNamedFields(there);
    JsonNode pruned = FieldRemoval.from(whole, given, there);
    pruned = withOwned(whole, pruned, at);
    FieldSet left = ObjectFields.of(pruned, there).withNamedFields(there);
    FieldSet gone = ObjectFields.of(whole, there).withNamedFields(there).difference(left);
    return in(FieldRemoval.from(whole, gone.intersection(given), there), version);
  }

  /** Adds back what some manager owns, first what is owned in the version at hand. */
  private JsonNode withOwned(JsonNode merged, JsonNode pruned, String first) {
    Map<String, FieldSet> byVersion = new TreeMap<>();
    for (Owner owner : managed.owners()) {
      Owned owned = managed.get(owner);
      if (owned != null && exists(owned.apiVersion())) {
        byVersion.merge(owned.apiVersion(), owned.fields(), FieldSet::union);
      }
    }
    JsonNode left = pruned;
    FieldSet here = byVersion.remove(first);
    if (here != null) {
      left = withOwned(merged, left, first, here);
    }
    for (Map.Entry<String, FieldSet> other : byVersion.entrySet()) {
      left = withOwned(merged, left, other.getKey(), other.getValue());
    }
    return in(left, first);
  }

  private JsonNode withOwned(JsonNode merged, JsonNode pruned, String at, FieldSet owned) {
    FieldSchema there = schemaOf(at);
    JsonNode whole = in(merged, at);
    FieldSet left = ObjectFields.of(in(pruned, at), there).withNamedFields(there);
    FieldSet all = ObjectFields.of(whole, there).withNamedFields(there);
    FieldSet kept = left.union(owned.withNamedFields(there));
    return FieldRemoval.from(whole, all.difference(kept), there);
  }

  /** What others own; told to callers as {@link ApplyConflictException}. */
  static final class FieldConflicts extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<Owner, FieldSet> byOwner;

    FieldConflicts(Map<Owner, FieldSet> byOwner) {
      super(null, null, false, false);
      this.byOwner = byOwner;
    }

    /** Whether all are among these fields. */
    boolean areWithin(FieldSet fields) {
      return byOwner.values().stream().allMatch(each -> each.difference(fields).isEmpty());
    }

    /** Those that are not among these fields. */
    ApplyConflictException outside(FieldSet fields) {
      var conflicts = new ArrayList<ApplyConflictException.Conflict>();
      byOwner.forEach(
          (owner, set) ->
              set.difference(fields)
                  .forEach(
                      path ->
                          conflicts.add(
                              new ApplyConflictException.Conflict(
                                  owner.manager(),
                                  owner.subresource(),
                                  owner.apiVersion(),
                                  PathElement.display(path)))));
      return new ApplyConflictException(conflicts);
    }
  }
}
