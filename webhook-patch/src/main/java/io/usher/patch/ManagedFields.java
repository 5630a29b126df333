package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fields that an object's managers own: {@code metadata.managedFields}. */
final class ManagedFields {

  /** More managers by Update than this become one. */
  private static final int MAX_UPDATERS = 10;

  private static final String APPLY = "Apply";
  private static final String UPDATE = "Update";
  private static final String ANCIENT = "ancient-changes";
  private static final String FIELDS_TYPE = "FieldsV1";

  /**
   * Who owns fields. Who applies is the same in each version.
   *
   * @param apiVersion of who updates, else empty
   */
  record Owner(String manager, boolean applies, String apiVersion, String subresource)
      implements Comparable<Owner> {
    private static final Comparator<Owner> ORDER =
        Comparator.comparing(Owner::manager)
            .thenComparing(Owner::applies, Comparator.reverseOrder())
            .thenComparing(Owner::apiVersion)
            .thenComparing(Owner::subresource);

    static Owner of(FieldManager manager, boolean applies, String apiVersion) {
      return new Owner(manager.name(), applies, applies ? "" : apiVersion, manager.subresource());
    }

    @Override
    public int compareTo(Owner other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What an owner owns.
   *
   * @param apiVersion in which the fields are
   */
  record Owned(FieldSet fields, String apiVersion) {}

  private final Map<Owner, Owned> owned = new TreeMap<>();
  private final Map<Owner, Instant> times = new HashMap<>();

  /**
   * Reads {@code metadata.managedFields}, absent included.
   *
   * @throws PatchException when they are none
   */
  static ManagedFields read(@Nullable JsonNode json) {
    var managed = new ManagedFields();
    if (json != null) {
      int index = 0;
      for (JsonNode entry : json) {
        managed.read(entry, index++);
      }
    }
    return managed;
  }

  private void read(JsonNode entry, int index) {
    String operation = entry.path("operation").asText();
    String apiVersion = entry.path("apiVersion").asText();
    if (!operation.equals(APPLY) && !operation.equals(UPDATE)) {
      throw malformed(index, "operation must be `Apply` or `Update`");
    }
    if (apiVersion.isEmpty()) {
      throw malformed(index, "apiVersion must not be empty");
    }
    if (!entry.path("fieldsType").asText().equals(FIELDS_TYPE)) {
      throw malformed(index, "fieldsType must be " + FIELDS_TYPE);
    }
    boolean applies = operation.equals(APPLY);
    var owner =
        new Owner(
            entry.path("manager").asText(),
            applies,
            applies ? "" : apiVersion,
            entry.path("subresource").asText());
    JsonNode fields = entry.get("fieldsV1");
    owned.put(
        owner, new Owned(fields == null ? new FieldSet() : FieldSet.parse(fields), apiVersion));
    JsonNode time = entry.path("time");
    if (time.isTextual()) {
      try {
        times.put(owner, Instant.parse(time.textValue()));
      } catch (DateTimeException e) {
        throw malformed(index, "time must be like 2026-01-31T12:00:00Z");
      }
    }
  }

  private static PatchException malformed(int index, String problem) {
    return new PatchException("/metadata/managedFields/" + index, "read managedFields: " + problem);
  }

  boolean isEmpty() {
    return owned.isEmpty();
  }

  /** The owners at this moment, who may be changed meanwhile. */
  List<Owner> owners() {
    return List.copyOf(owned.keySet());
  }

  @Nullable Owned get(Owner owner) {
    return owned.get(owner);
  }

  /** Sets what somebody owns; who owns nothing goes. */
  void put(Owner owner, FieldSet fields, String apiVersion) {
    if (fields.isEmpty()) {
      owned.remove(owner);
    } else {
      owned.put(owner, new Owned(fields, apiVersion));
    }
  }

  void remove(Owner owner) {
    owned.remove(owner);
  }

  void touch(Owner owner, @Nullable Instant time) {
    if (time == null) {
      times.remove(owner);
    } else {
      times.put(owner, time.truncatedTo(ChronoUnit.SECONDS));
    }
  }

  /** Makes the oldest of too many that update one, for each version. */
  void cap() {
    List<Owner> updaters = new ArrayList<>();
    owned.keySet().stream().filter(owner -> !owner.applies()).forEach(updaters::add);
    int left = updaters.size();
    if (left <= MAX_UPDATERS) {
      return;
    }
    updaters.sort(Comparator.comparing(this::time).thenComparing(Comparator.naturalOrder()));
    Map<String, Owner> firsts = new HashMap<>();
    for (Owner owner : updaters) {
      if (left <= MAX_UPDATERS) {
        return;
      }
      Owned fields = owned.getOrDefault(owner, new Owned(new FieldSet(), owner.apiVersion()));
      Owner first = firsts.putIfAbsent(fields.apiVersion(), owner);
      if (first != null) {
        var bucket = new Owner(ANCIENT, false, fields.apiVersion(), "");
        Owned others = owned.get(bucket);
        if (others == null) {
          others = Objects.requireNonNull(owned.remove(first));
        }
        owned.put(bucket, new Owned(fields.fields().union(others.fields()), fields.apiVersion()));
        owned.remove(owner);
        left--;
        times.put(bucket, time(owner));
      }
    }
  }

  private Instant time(Owner owner) {
    return times.getOrDefault(owner, Instant.EPOCH);
  }

  /** As {@code metadata.managedFields}; null where nobody owns anything. */
  @Nullable ArrayNode toJson() {
    if (owned.isEmpty()) {
      return null;
    }
    ArrayNode json = JsonNodeFactory.instance.arrayNode(owned.size());
    owned.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<Owner, Owned>, Boolean>comparing(
                    each -> each.getKey().applies(), Comparator.reverseOrder())
                .thenComparing(each -> time(each.getKey()))
                .thenComparing(each -> each.getKey().manager())
                .thenComparing(each -> each.getValue().apiVersion())
                .thenComparing(each -> each.getKey().subresource()))
        .forEach(each -> json.add(toJson(each.getKey(), each.getValue())));
    return json;
  }

  private ObjectNode toJson(Owner owner, Owned fields) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (!owner.manager().isEmpty()) {
      json.put("manager", owner.manager());
    }
    json.put("operation", owner.applies() ? APPLY : UPDATE);
    json.put("apiVersion", fields.apiVersion());
    Instant time = times.get(owner);
    if (time != null) {
      json.put("time", time.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    json.put("fieldsType", FIELDS_TYPE);
    json.set("fieldsV1", fields.fields().toJson());
    if (!owner.subresource().isEmpty()) {
      json.put("subresource", owner.subresource());
    }
    return json;
  }
}
