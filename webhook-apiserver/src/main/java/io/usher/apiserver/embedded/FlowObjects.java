package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.flowcontrol.FlowControl;
import io.usher.apiserver.flowcontrol.FlowDefaults;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Keeps the FlowSchemas and priority levels that each server has, and says in each FlowSchema
 * whether its level is there: condition {@code Dangling}. For one thread.
 */
final class FlowObjects {

  private static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";

  private final ObjectStore objects;
  private final Clock clock;
  private final Work work;

  FlowObjects(ObjectStore objects, Clock clock, Work work) {
    this.objects = objects;
    this.clock = clock;
    this.work = work;
  }

  /** Creates the default objects that are missing. */
  void createDefaults() {
    FlowDefaults.objects()
        .forEach(
            (resource, byName) ->
                byName.values().forEach(each -> work.now(() -> restore(resource, each))));
  }

  void changed(GroupResource resource, ObjectEvent event) {
    boolean ofLevel = resource.equals(FlowControl.LEVELS);
    if (!ofLevel && !resource.equals(FlowControl.SCHEMAS)) {
      return;
    }
    String name = event.object().at("/metadata/name").asText();
    ObjectNode byDefault = FlowDefaults.objects().getOrDefault(resource, Map.of()).get(name);
    if (byDefault != null && event.type() != ObjectEvent.Type.ADDED) {
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

  /** Creates a default object; puts its spec back unless somebody took it over. */
  private void restore(GroupResource resource, ObjectNode byDefault) {
    ObjectNode present = objects.get(resource, "", byDefault.at("/metadata/name").asText());
    if (present == null) {
      objects.create(resource, byDefault.deepCopy());
    } else if (present.at("/metadata/annotations").path(AUTO_UPDATE).asText().equals("true")
        && !present.path("spec").equals(byDefault.path("spec"))) {
      present.set("spec", byDefault.path("spec").deepCopy());
      objects.update(resource, present);
    }
  }

  private static String level(ObjectNode schema) {
    return schema.at("/spec/priorityLevelConfiguration/name").asText();
  }

  private void tell(String name) {
    ObjectNode schema = objects.get(FlowControl.SCHEMAS, "", name);
    if (schema == null) {
      return;
    }
    String level = level(schema);
    boolean there = objects.get(FlowControl.LEVELS, "", level) != null;
    String status = there ? "False" : "True";
    String message =
        "This FlowSchema references the PriorityLevelConfiguration object named \""
            + level
            + (there ? "\" and it exists" : "\" but there is no such object");
    var conditions = schema.withObject("/status").withArray("conditions");
    for (int i = 0; i < conditions.size(); i++) {
      JsonNode condition = conditions.get(i);
      if (condition.path("type").asText().equals("Dangling")) {
        if (condition.path("status").asText().equals(status)
            && condition.path("message").asText().equals(message)) {
          return;
        }
        conditions.remove(i);
        break;
      }
    }
    conditions
        .addObject()
        .put("type", "Dangling")
        .put("status", status)
        .put("lastTransitionTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("reason", there ? "Found" : "NotFound")
        .put("message", message);
    objects.update(FlowControl.SCHEMAS, schema);
  }
}
