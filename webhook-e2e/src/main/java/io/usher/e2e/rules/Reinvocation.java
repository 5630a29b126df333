package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;

import io.fabric8.kubernetes.api.model.Pod;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import java.util.Map;
import java.util.TreeMap;

/** The webhooks of Kubernetes' own test of reinvocation. */
public final class Reinvocation {

  private Reinvocation() {}

  /** Changes nothing. */
  @Webhook(name = "noop.e2e.usher.io")
  public static final class Noop {
    @Mutating(operations = CREATE)
    void look(Pod pod) {}
  }

  /** Adds label a to a Pod with label x. */
  @Webhook(name = "add-label.e2e.usher.io")
  public static final class AddLabel {
    @Mutating(operations = CREATE)
    void add(Pod pod) {
      setWhere(pod, "x", "a", "true");
    }
  }

  /** Adds label b to a Pod with label a. */
  @Webhook(name = "conditional-add-label.e2e.usher.io")
  public static final class ConditionalAddLabel {
    @Mutating(operations = CREATE)
    void add(Pod pod) {
      setWhere(pod, "a", "b", "true");
    }
  }

  /** Sets label fight to true. */
  @Webhook(name = "set-true.e2e.usher.io")
  public static final class SetTrue {
    @Mutating(operations = CREATE)
    void set(Pod pod) {
      setWhere(pod, "fight", "fight", "true");
    }
  }

  /** Sets label fight to false. */
  @Webhook(name = "set-false.e2e.usher.io")
  public static final class SetFalse {
    @Mutating(operations = CREATE)
    void set(Pod pod) {
      setWhere(pod, "fight", "fight", "false");
    }
  }

  /** Sets another priority class, which makes the API server's own plugin run again. */
  @Webhook(name = "set-priority.e2e.usher.io")
  public static final class SetPriority {
    @Mutating(operations = CREATE)
    void set(Pod pod) {
      setPriorityClass(pod, "high-priority");
    }
  }

  /** Sets a priority class that is not there. */
  @Webhook(name = "set-invalid-priority.e2e.usher.io")
  public static final class SetInvalidPriority {
    @Mutating(operations = CREATE)
    void set(Pod pod) {
      setPriorityClass(pod, "invalid");
    }
  }

  private static void setWhere(Pod pod, String condition, String key, String value) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    if (labels.containsKey(condition)) {
      Map<String, String> changed = new TreeMap<>(labels);
      changed.put(key, value);
      pod.getMetadata().setLabels(changed);
    }
  }

  private static void setPriorityClass(Pod pod, String name) {
    if (!name.equals(pod.getSpec().getPriorityClassName())) {
      pod.getSpec().setPriorityClassName(name);
      pod.getSpec().setPriority(null);
    }
  }
}
