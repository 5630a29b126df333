package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.schema.Quantity;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plugin {@code ResourceQuota}: charges what is created to the namespace's ResourceQuotas, and
 * refuses what is more than they have left. It keeps their status itself.
 */
final class ResourceQuotaAdmission implements AdmissionPlugin, AutoCloseable {

  private static final int CONFLICT = 409;

  /** As kube-apiserver does: a quota that changes more often is not charged. */
  private static final int TRIES = 4;

  private static final Set<String> GROWING = Set.of("services", "persistentvolumeclaims");

  private final ObjectStore store;
  private final QuotaStatus status;

  /** The executor counts objects. */
  ResourceQuotaAdmission(ObjectStore store, Executor executor, Clock clock) {
    this.store = store;
    this.status = new QuotaStatus(store, executor, clock);
  }

  @Override
  public String name() {
    return "ResourceQuota";
  }

  @Override
  public void join(Authorizer authorizer, ResourceRegistry types) {
    status.join(types);
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode object = attributes.object();
    if (object == null
        || !Namespaces.isInNamespace(attributes)
        || !isCharged(attributes)
        || store.list(QuotaStatus.QUOTAS, attributes.namespace()).isEmpty()) {
      return;
    }
    for (int tries = 1; ; tries++) {
      try {
        // One at a time: each sees what the ones before it were charged.
        synchronized (status.lock()) {
          charge(attributes, object);
        }
        return;
      } catch (ApiException e) {
        if (e.status().code() != CONFLICT || tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /** What is created, and what may take more when it is changed. */
  private static boolean isCharged(AdmissionAttributes attributes) {
    GroupResource resource = attributes.info().groupResource();
    String subresource = attributes.info().subresource();
    if (resource.resource().equals("events")) {
      return false;
    }
    if (attributes.operation() == Operation.CREATE) {
      return subresource.isEmpty();
    }
    return attributes.operation() == Operation.UPDATE
        && (resource.equals(QuotaUsage.PODS)
            ? subresource.equals("resize")
                || subresource.isEmpty()
                    && changesScope(attributes.oldObject(), attributes.object())
            : subresource.isEmpty()
                && resource.group().isEmpty()
                && GROWING.contains(resource.resource()));
  }

  private static boolean changesScope(@Nullable ObjectNode old, @Nullable ObjectNode pod) {
    return old != null
        && pod != null
        && QuotaScopes.isTerminating(old) != QuotaScopes.isTerminating(pod);
  }

  private void charge(AdmissionAttributes attributes, ObjectNode object) {
    GroupResource resource = attributes.info().groupResource();
    ObjectNode old = attributes.oldObject();
    Map<String, String> after = QuotaUsage.of(resource, object);
    Map<String, String> before = old == null ? Map.of() : QuotaUsage.of(resource, old);
    Map<String, String> increase = QuotaUsage.increase(before, after);
    Map<String, String> all = QuotaUsage.increase(Map.of(), after);
    List<ObjectNode> charged = new ArrayList<>();
    List<Runnable> pending = new ArrayList<>();
    for (ObjectNode quota : store.list(QuotaStatus.QUOTAS, attributes.namespace())) {
      Set<String> names = new TreeSet<>(QuotaStatus.hard(quota).keySet());
      names.removeIf(name -> !QuotaUsage.resource(name).equals(resource));
      if (names.isEmpty() || !QuotaScopes.match(quota, resource, object)) {
        continue;
      }
      checkStated(attributes, quota, names, object);
      boolean counted = old != null && QuotaScopes.match(quota, resource, old);
      Map<String, String> requested = new HashMap<>(counted ? increase : all);
      requested.keySet().retainAll(names);
      if (!requested.isEmpty()) {
        charged.add(charged(attributes, quota, requested));
        if (old == null) {
          pending.add(() -> status.pending().add(resource, object, quota, requested));
        }
      }
    }
    if (!attributes.dryRun()) {
      charged.forEach(quota -> store.update(QuotaStatus.QUOTAS, quota));
      pending.forEach(Runnable::run);
    }
  }

  /**
   * The quota with the request in its status; refuses what is too much when all is counted anew.
   */
  private ObjectNode charged(
      AdmissionAttributes attributes, ObjectNode quota, Map<String, String> requested) {
    ObjectNode counted = quota;
    if (!QuotaStatus.isCounted(quota) || !exceeded(quota, requested).isEmpty()) {
      counted = status.count(quota);
    }
    Set<String> exceeded = exceeded(counted, requested);
    if (!exceeded.isEmpty()) {
      throw Refusal.of(
          attributes,
          "exceeded quota: "
              + name(quota)
              + ", requested: "
              + text(requested, exceeded)
              + ", used: "
              + text(used(counted), exceeded)
              + ", limited: "
              + text(QuotaStatus.hard(quota), exceeded));
    }
    ObjectNode changed = counted.deepCopy();
    ObjectNode used = changed.withObject("/status").withObject("/used");
    requested.forEach(
        (name, quantity) -> used.put(name, Quantity.add(used.path(name).asText("0"), quantity)));
    return changed;
  }

  private static Map<String, String> used(ObjectNode quota) {
    return ResourceList.of(quota.path("status").path("used"));
  }

  private static Set<String> exceeded(ObjectNode quota, Map<String, String> requested) {
    Map<String, String> hard = QuotaStatus.hard(quota);
    Map<String, String> used = used(quota);
    var exceeded = new TreeSet<String>();
    requested.forEach(
        (name, quantity) -> {
          String now = Quantity.add(used.getOrDefault(name, "0"), quantity);
          if (ResourceList.isMore(now, hard.getOrDefault(name, now))) {
            exceeded.add(name);
          }
        });
    return exceeded;
  }

  /** A quota of cpu or memory needs each container to say how much it wants. */
  private static void checkStated(
      AdmissionAttributes attributes, ObjectNode quota, Set<String> names, ObjectNode object) {
    if (!Pods.isPod(attributes) || !object.path("spec").path("resources").isEmpty()) {
      return;
    }
    var missing = new TreeMap<String, Set<String>>();
    for (Pods.Container container : Pods.containers(object)) {
      JsonNode resources = container.json().path("resources");
      for (String name : names) {
        String plain = name.replaceFirst("^(requests|limits)\\.", "");
        String member = name.startsWith("limits.") ? "limits" : "requests";
        if ((plain.equals("cpu") || plain.equals("memory")) && !resources.path(member).has(plain)) {
          missing
              .computeIfAbsent(name, key -> new TreeSet<>())
              .add(container.json().path("name").asText());
        }
      }
    }
    if (!missing.isEmpty()) {
      throw Refusal.of(
          attributes,
          "failed quota: "
              + name(quota)
              + ": must specify "
              + missing.entrySet().stream()
                  .map(each -> each.getKey() + " for: " + String.join(",", each.getValue()))
                  .collect(Collectors.joining("; ")));
    }
  }

  private static String text(Map<String, String> list, Set<String> names) {
    return names.stream()
        .map(name -> name + '=' + list.getOrDefault(name, "0"))
        .collect(Collectors.joining(","));
  }

  private static String name(ObjectNode quota) {
    return quota.path("metadata").path("name").asText();
  }

  /** Follows the store no longer. */
  @Override
  public void close() throws Exception {
    status.close();
  }
}
