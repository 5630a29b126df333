package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import java.util.ArrayList;
import java.util.List;

/**
 * The namespace's LimitRanges: containers get their default requests and limits, and containers,
 * Pods and claims out of bounds are refused.
 */
final class LimitRanger implements AdmissionPlugin {

  private static final GroupResource LIMIT_RANGES = new GroupResource("", "limitranges");
  private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");

  private final ObjectStore store;

  LimitRanger(ObjectStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "LimitRanger";
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    ObjectNode pod = attributes.object();
    if (pod != null && Pods.isPod(attributes) && isLimited(attributes)) {
      for (ObjectNode range : store.list(LIMIT_RANGES, attributes.namespace())) {
        ContainerDefaults.of(range).setIn(pod);
      }
    }
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode object = attributes.object();
    boolean isPod = Pods.isPod(attributes);
    if (object == null
        || !isLimited(attributes)
        || !isPod && !attributes.info().groupResource().equals(CLAIMS)) {
      return;
    }
    for (ObjectNode range : store.list(LIMIT_RANGES, attributes.namespace())) {
      List<String> problems = new ArrayList<>();
      for (JsonNode limit : range.path("spec").path("limits")) {
        LimitCheck check = new LimitCheck(limit, problems);
        switch (limit.path("type").asText()) {
          case "Container" -> {
            if (isPod) {
              check.containers(object, "containers");
              check.containers(object, "initContainers");
            }
          }
          case "Pod" -> {
            if (isPod) {
              check.resources(PodResources.requests(object), PodResources.limits(object));
            }
          }
          case "PersistentVolumeClaim" -> {
            if (!isPod) {
              check.claim(object);
            }
          }
          default -> {}
        }
      }
      if (!problems.isEmpty()) {
        String all = String.join(", ", problems);
        throw Refusal.of(attributes, problems.size() > 1 ? '[' + all + ']' : all);
      }
    }
  }

  /** A Pod's containers can't be changed but by {@code resize}. */
  private static boolean isLimited(AdmissionAttributes attributes) {
    ObjectNode old = attributes.oldObject();
    if (old != null && old.path("metadata").has("deletionTimestamp")) {
      return false;
    }
    String subresource = attributes.info().subresource();
    boolean updates = attributes.operation() == Operation.UPDATE;
    if (Pods.isPod(attributes) && updates) {
      return subresource.equals("resize");
    }
    return subresource.isEmpty() && (updates || attributes.operation() == Operation.CREATE);
  }
}
