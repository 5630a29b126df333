package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.apiextensions.Conditions;
import io.usher.apiserver.flowcontrol.FlowControl;
import io.usher.apiserver.flowcontrol.FlowDefaults;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the FlowSchemas and priority levels that each server has, and says in each FlowSchema
 * whether its level is there: condition {@code Dangling}. For one thread.
 */
final class FlowObjects {

  private static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";

  /** Whose spec is put back whatever the annotation says: nothing works without them. */
  private static final Set<String> MANDATORY = Set.of("exempt", "catch-all");

  private final ObjectStore objects;
  private final Clock clock;
  private final Work work;

  FlowObjects(ObjectStore objects, Clock clock, Work work) {
    this.objects = objects;
    this.clock = clock;
    this.work = work;
  }

  /** Creates the default objects that are missing. */
  static void createDefaults(ObjectStore objects, Clock clock) {
    FlowDefaults.objects()
        .forEach(
            (resource, byName) ->
                byName.forEach(
                    (name, byDefault) -> {
                      if (objects.get(resource, "", name) == null) {
                        objects.create(resource, made(byDefault, clock));
                      }
                    }));
  }

  /** A copy of a default object; a FlowSchema says that its level is there. */
  private static ObjectNode made(ObjectNode byDefault, Clock clock) {
    ObjectNode object = byDefault.deepCopy();
    if (object.path("kind").asText().equals("FlowSchema")) {
      setDangling(object, false, clock);
    }
    return object;
  }

  void changed(GroupResource resource, ObjectEvent event) {
    boolean ofLevel = resource.equals(FlowControl.LEVELS);
    if (!ofLevel && !resource.equals(FlowControl.SCHEMAS)) {
      return;
    }
    String name = event.object().at("/metadata/name").asText();
    ObjectNode byDefault = FlowDefaults.objects().getOrDefault(resource, Map.of()).get(name);
    if (byDefault != null) {
      work.now(() -> restore(resource, byDefault));
    }
    if (!ofLevel) {
      work.now(() -> tell(name));
    } else if (event.type() != ObjectEvent.Type.MODIFIED) {
      for (ObjectNode schema : objects.list(FlowControl.SCHEMAS, "")) {
        if (level(schema).equals(name)) {
          work.now(() -> tell(schema.at("/metadata/name").asText()));
        }
      }
    }
  }

  /** Creates a default object; puts its spec back unless somebody may take it over, and has. */
  private void restore(GroupResource resource, ObjectNode byDefault) {
    String name = byDefault.at("/metadata/name").asText();
    ObjectNode present = objects.get(resource, "", name);
    if (present == null) {
      objects.create(resource, made(byDefault, clock));
      return;
    }
    boolean kept = MANDATORY.contains(name) || isKept(present);
    ObjectNode restored = present.deepCopy();
    restored.withObject("/metadata/annotations").put(AUTO_UPDATE, Boolean.toString(kept));
    if (kept) {
      JsonNode exempt = present.at("/spec/exempt");
      restored.set("spec", byDefault.path("spec").deepCopy());
      if (exempt.isObject()) {
        // How much level exempt lends and has is its owner's to say.
        restored.withObject("/spec").set("exempt", exempt);
      }
    }
    if (!restored.equals(present)) {
      objects.update(resource, restored);
    }
  }

  /** As the annotation says; without one until the spec is changed. */
  private static boolean isKept(ObjectNode object) {
    return switch (object.at("/metadata/annotations").path(AUTO_UPDATE).asText()) {
      case "true" -> true;
      case "false" -> false;
      default -> object.at("/metadata/generation").asLong() == 1;
    };
  }

  private static String level(ObjectNode schema) {
    return schema.at("/spec/priorityLevelConfiguration/name").asText();
  }

  private void tell(String name) {
    ObjectNode schema = objects.get(FlowControl.SCHEMAS, "", name);
    if (schema == null) {
      return;
    }
    boolean there = objects.get(FlowControl.LEVELS, "", level(schema)) != null;
    ObjectNode told = schema.deepCopy();
    setDangling(told, !there, clock);
    if (!told.equals(schema)) {
      objects.update(FlowControl.SCHEMAS, told);
    }
  }

  private static void setDangling(ObjectNode schema, boolean dangling, Clock clock) {
    Conditions.set(
        schema,
        "Dangling",
        dangling ? "True" : "False",
        dangling ? "NotFound" : "Found",
        "This FlowSchema references the PriorityLevelConfiguration object named \""
            + level(schema)
            + (dangling ? "\" but there is no such object" : "\" and it exists"),
        clock.instant());
  }
}
