package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.apiextensions.AcceptedNames;
import io.usher.apiserver.apiextensions.ApiApproval;
import io.usher.apiserver.apiextensions.Conditions;
import io.usher.apiserver.apiextensions.DefinedType;
import io.usher.apiserver.apiextensions.DefinitionChecks;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what CustomResourceDefinitions define: accepts their names, registers their types before
 * it says so in their status, and deletes the instances before a definition goes. Like
 * kube-apiserver, and unlike controllers, it always runs.
 */
final class DefinitionController implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DefinitionController.class);

  static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

  private static final int NOT_FOUND = 404;

  /** When instances that wait for somebody are looked at again, or a write that lost. */
  private static final int AGAIN_MILLIS = 100;

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final WebhookCaller webhooks;
  private final Clock clock;
  private final ScheduledThreadPoolExecutor thread;
  private final AutoCloseable watch;

  /** What each definition has registered, with the version of the definition. */
  private final Map<String, Registered> registered = new HashMap<>();

  private record Registered(GroupResource resource, String version) {}

  /**
   * Serves the definitions that there are, and then those that come.
   *
   * @param webhooks calls what converts between versions
   */
  DefinitionController(
      ObjectStore objects, ResourceRegistry registry, WebhookCaller webhooks, Clock clock) {
    this.objects = objects;
    this.registry = registry;
    this.webhooks = webhooks;
    this.clock = clock;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var daemon = new Thread(task, "usher-apiserver-definitions");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    for (ObjectNode definition : objects.list(DEFINITIONS, "")) {
      if (Conditions.isTrue(definition, "Established")) {
        quietly(() -> serve(definition));
      }
    }
    watch = objects.watch(DEFINITIONS, event -> later(name(event.object()), 0));
  }

  private static String name(JsonNode definition) {
    return definition.path("metadata").path("name").asText();
  }

  private void later(String name, long millis) {
    try {
      thread.schedule(() -> quietly(() -> look(name)), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // It is closed: nobody waits for what would be done.
      LOG.debug("a definition changes after the end", e);
    }
  }

  private static void quietly(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("a CustomResourceDefinition can't be served; the others go on", e);
    }
  }

  private void look(String name) {
    ObjectNode definition = objects.get(DEFINITIONS, "", name);
    if (definition == null) {
      forget(name);
      return;
    }
    try {
      if (definition.path("metadata").hasNonNull("deletionTimestamp")) {
        terminate(definition);
      } else {
        establish(definition);
      }
    } catch (ApiException e) {
      // Somebody else was faster.
      LOG.debug("a write to {} is refused", name, e);
      later(name, AGAIN_MILLIS);
    }
  }

  /** A definition is gone, and its names are free. */
  private void forget(String name) {
    Registered gone = registered.remove(name);
    if (gone != null) {
      registry.unregister(gone.resource);
    }
    String group = name.substring(name.indexOf('.') + 1);
    for (ObjectNode other : objects.list(DEFINITIONS, "")) {
      if (other.at("/spec/group").asText().equals(group)) {
        later(name(other), 0);
      }
    }
  }

  private void establish(ObjectNode definition) {
    ObjectNode before = definition.deepCopy();
    AcceptedNames.accept(definition, objects.list(DEFINITIONS, ""), clock.instant());
    approve(definition);
    ObjectNode current = updated(definition, before);
    if (Conditions.isTrue(current, "NamesAccepted") && !Conditions.isTrue(current, "Established")) {
      serve(current);
      ObjectNode established = current.deepCopy();
      Conditions.set(
          established,
          "Established",
          "True",
          "InitialNamesAccepted",
          "the initial names have been accepted",
          clock.instant());
      updated(established, current);
    } else if (Conditions.isTrue(current, "Established")) {
      serve(current);
    }
  }

  private void approve(ObjectNode definition) {
    ApiApproval approval =
        ApiApproval.of(
            definition.at("/spec/group").asText(),
            definition
                .path("metadata")
                .path("annotations")
                .path("api-approved.kubernetes.io")
                .asText());
    String reason =
        switch (approval.state()) {
          case UNPROTECTED -> "";
          case APPROVED -> "ApprovedAnnotation";
          case BYPASSED -> "UnapprovedAnnotation";
          case MISSING -> "MissingAnnotation";
          case INVALID -> "InvalidAnnotation";
        };
    if (!reason.isEmpty()) {
      Conditions.set(
          definition,
          "KubernetesAPIApprovalPolicyConformant",
          approval.state() == ApiApproval.State.APPROVED ? "True" : "False",
          reason,
          approval.reason(),
          clock.instant());
    }
  }

  /** Stores a change of the status, if it is one. */
  private ObjectNode updated(ObjectNode definition, ObjectNode before) {
    return definition.equals(before) ? before : objects.update(DEFINITIONS, definition);
  }

  private void serve(ObjectNode definition) {
    String name = name(definition);
    String version =
        definition.at("/metadata/generation").asText()
            + definition.at("/status/acceptedNames")
            + Conditions.isTrue(definition, "Terminating");
    Registered present = registered.get(name);
    if (present != null && present.version.equals(version)) {
      return;
    }
    ResourceType type = DefinedType.of(definition, webhooks, clock);
    var resource =
        new GroupResource(
            definition.at("/spec/group").asText(),
            definition.at("/status/acceptedNames/plural").asText());
    if (resource.equals(StoredKey.FORMER)) {
      LOG.warn("{} is reserved: its CustomResourceDefinition is not served", resource);
      return;
    }
    if (type == null) {
      registry.unregister(resource);
    } else if (present != null || registry.type(resource) == null) {
      registry.register(type);
    } else {
      LOG.warn(
          "{} is built in, or registered by the program: its CustomResourceDefinition is not served",
          resource);
      return;
    }
    registered.put(name, new Registered(resource, version));
  }

  private void terminate(ObjectNode definition) {
    boolean ours = false;
    for (JsonNode each : definition.at("/metadata/finalizers")) {
      ours |= each.asText().equals(DefinitionChecks.CLEANUP);
    }
    if (!ours) {
      return;
    }
    ObjectNode before = definition.deepCopy();
    terminating(
        definition, "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress");
    ObjectNode current = updated(definition, before).deepCopy();
    if (!Conditions.isTrue(current, "Established")) {
      terminating(current, "False", "NeverEstablished", "resource was never established");
    } else {
      serve(current);
      if (deleteInstances(current)) {
        later(name(current), AGAIN_MILLIS);
        return;
      }
      terminating(current, "False", "InstanceDeletionCompleted", "removed all instances");
    }
    release(current);
    objects.update(DEFINITIONS, current);
  }

  private void terminating(ObjectNode definition, String status, String reason, String message) {
    Conditions.set(definition, "Terminating", status, reason, message, clock.instant());
  }

  /** Deletes the instances; whether some are left, which wait for their finalizers. */
  private boolean deleteInstances(ObjectNode definition) {
    var resource =
        new GroupResource(
            definition.at("/spec/group").asText(),
            definition.at("/status/acceptedNames/plural").asText());
    for (ObjectNode each : objects.list(resource, "")) {
      if (each.path("metadata").hasNonNull("deletionTimestamp")) {
        continue;
      }
      try {
        objects.delete(resource, each.at("/metadata/namespace").asText(), name(each));
      } catch (ApiException e) {
        if (e.status().code() != NOT_FOUND) {
          throw e;
        }
      }
    }
    return !objects.list(resource, "").isEmpty();
  }

  private static void release(ObjectNode definition) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (JsonNode each : definition.at("/metadata/finalizers")) {
      if (!each.asText().equals(DefinitionChecks.CLEANUP)) {
        kept.add(each);
      }
    }
    ObjectNode metadata = definition.withObject("/metadata");
    if (kept.isEmpty()) {
      metadata.remove("finalizers");
    } else {
      metadata.set("finalizers", kept);
    }
  }

  @Override
  public void close() {
    try {
      watch.close();
    } catch (Exception e) {
      LOG.warn("end the watch of definitions", e);
    }
    thread.shutdown();
    try {
      thread.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
