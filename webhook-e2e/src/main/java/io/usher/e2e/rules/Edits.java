package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.rule.Decision;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Edits of every form, each for the objects of one name, all of them idempotent. */
@Webhook(name = "edits.e2e.usher.io", timeoutSeconds = 10)
public final class Edits {

  private static final String WIDGETS = "widgets.v1.e2e.usher.io";

  /** Keys that a pointer must escape, or that it might take for an index. */
  private static final List<String> HOSTILE_KEYS =
      List.of("a/b", "a~b", "~1", "~0", "say \"hi\"", "ключ", "🎟", "0", "-", " ", "a.b");

  @Mutating(operations = CREATE, names = "first-label")
  void addFirstLabel(Pod pod) {
    label(pod);
  }

  @Mutating(operations = CREATE, names = "hostile-keys-tree", resource = WIDGETS)
  void editHostileKeys(ObjectNode widget) {
    ObjectNode settings = widget.withObject("/spec/settings");
    for (String key : HOSTILE_KEYS) {
      settings.remove("remove " + key);
      settings.put("replace " + key, "new");
      settings.put(key, "added");
    }
  }

  @Mutating(operations = CREATE, names = "hostile-keys-typed")
  void editHostileKeys(Widget widget) {
    for (String key : HOSTILE_KEYS) {
      widget.getSpec().settings.remove("remove " + key);
      widget.getSpec().settings.put("replace " + key, "new");
      widget.getSpec().settings.put(key, "added");
    }
  }

  @Mutating(operations = CREATE, names = "insert-container")
  void insertContainer(Pod pod) {
    insertSidecar(pod.getSpec().getContainers());
  }

  @Mutating(operations = CREATE, names = "remove-container")
  void removeContainer(Pod pod) {
    pod.getSpec().getContainers().removeIf(container -> container.getName().equals("old"));
  }

  @Mutating(operations = CREATE, names = "reorder-containers")
  void reorderContainers(Pod pod) {
    pod.getSpec().getContainers().sort((a, b) -> a.getName().compareTo(b.getName()));
  }

  @Mutating(operations = CREATE, names = "edit-env")
  void editEnv(Pod pod) {
    Container web = pod.getSpec().getContainers().get(0);
    web.getEnv().removeIf(variable -> variable.getName().equals("REMOVED"));
    web.getEnv()
        .forEach(variable -> variable.setValue(variable.getValue().toLowerCase(Locale.ROOT)));
    web.getEnv().sort((a, b) -> a.getName().compareTo(b.getName()));
  }

  @Mutating(operations = CREATE, names = "edit-ports")
  void editPorts(Pod pod) {
    var ports = pod.getSpec().getContainers().get(0).getPorts();
    if (ports.stream().noneMatch(port -> port.getProtocol().equals("UDP"))) {
      ports.add(0, new ContainerPortBuilder().withContainerPort(53).withProtocol("UDP").build());
    }
  }

  @Mutating(operations = CREATE, names = "large-integer")
  void growLargeInteger(Widget widget) {
    widget.getSpec().settings.put("seen", String.valueOf(widget.getSpec().size));
  }

  @Mutating(operations = CREATE, names = "unknown-field")
  void insertContainerBesideUnknownField(Widget widget) {
    if (widget.getSpec().template != null) {
      insertSidecar(widget.getSpec().template.getSpec().getContainers());
    }
  }

  @Mutating(operations = CREATE, names = "unknown-field-generic", resource = WIDGETS)
  void editGeneric(GenericKubernetesResource widget) {
    label(widget);
  }

  @Mutating(operations = CREATE, names = "large")
  void labelLarge(ConfigMap map) {
    label(map);
  }

  @Mutating(operations = CREATE, names = "large", resource = WIDGETS)
  void labelLarge(ObjectNode widget) {
    widget.withObject("/metadata/labels").put("team", "shop");
  }

  @Mutating(operations = CREATE, names = "binary")
  void addBinary(Secret secret) {
    secret
        .getData()
        .put("added", Base64.getEncoder().encodeToString(new byte[] {0, -1, 127, -128}));
    label(secret);
  }

  @Mutating(
      operations = {CREATE, UPDATE},
      names = "applied")
  void labelApplied(ConfigMap map) {
    label(map);
  }

  @Mutating(operations = CREATE, names = "replaced")
  Decision replace(ConfigMap map) {
    ConfigMap other = new ConfigMap();
    other.setMetadata(map.getMetadata());
    other.setData(Map.of("replaced", "done"));
    return Decision.replace(other);
  }

  @Mutating(operations = CREATE, names = "merge-patched")
  Decision mergePatch(ConfigMap map) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.withObject("/data").put("added", "done").putNull("removed");
    return Decision.mergePatch(patch);
  }

  @Mutating(operations = CREATE, names = "strategic-patched")
  Decision strategicMergePatch(Pod pod) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .withArray("/spec/containers")
        .addObject()
        .put("name", "web")
        .put("imagePullPolicy", "Never");
    return Decision.strategicMergePatch(patch);
  }

  private static void label(HasMetadata object) {
    @Nullable Map<String, String> labels = object.getMetadata().getLabels();
    var more = new TreeMap<String, String>(labels == null ? Map.of() : labels);
    more.put("team", "shop");
    object.getMetadata().setLabels(more);
  }

  private static void insertSidecar(List<Container> containers) {
    if (containers.stream().noneMatch(container -> container.getName().equals("sidecar"))) {
      containers.add(
          0,
          new ContainerBuilder()
              .withName("sidecar")
              .withImage("registry.example.com/sidecar:1")
              .build());
    }
  }
}
