package io.usher.webhook;

import io.usher.rule.FailurePolicy;
import io.usher.rule.LabelSelector;
import io.usher.rule.MatchPolicy;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.rule.RuleChain;
import io.usher.rule.SideEffects;
import java.util.Collection;
import java.util.List;

/** One webhook: its name, what it is registered for, and its chains. */
public final class WebhookRegistration {

  private WebhookRegistration() {}

  /** Reads the webhooks that these annotated classes declare, in the order between webhooks. */
  public static List<WebhookRegistration> fromClasses(Collection<Class<?>> ruleClasses) {
    throw new UnsupportedOperationException(ruleClasses.toString());
  }

  /**
   * Reads the webhooks that the classes of these objects declare; the objects are the ones that are
   * called. What {@link #fromClasses} does after it has made an instance of each class; for rules
   * with collaborators, in tests above all.
   */
  public static List<WebhookRegistration> fromInstances(Collection<?> rules) {
    throw new UnsupportedOperationException(rules.toString());
  }

  /** The qualified name. */
  public String name() {
    throw new UnsupportedOperationException();
  }

  /** The place among all webhooks. */
  public int order() {
    throw new UnsupportedOperationException();
  }

  /** Whether it has rules of this phase: an entry in that configuration, and a path. */
  public boolean has(Phase phase) {
    throw new UnsupportedOperationException(phase.toString());
  }

  /** {@code /mutate/NAME} or {@code /validate/NAME}. */
  public String path(Phase phase) {
    return "/" + phase.verb() + "/" + name();
  }

  /** The rules of this phase. */
  public RuleChain chain(Phase phase) {
    throw new UnsupportedOperationException(phase.toString());
  }

  /** What the API server does when a call of this phase fails. */
  public FailurePolicy failurePolicy(Phase phase) {
    throw new UnsupportedOperationException(phase.toString());
  }

  /** How long the API server waits, 1 to 30 s. */
  public int timeoutSeconds() {
    throw new UnsupportedOperationException();
  }

  /** Which versions of a resource come here. */
  public MatchPolicy matchPolicy() {
    throw new UnsupportedOperationException();
  }

  /** Whether rules change anything but the object. */
  public SideEffects sideEffects() {
    throw new UnsupportedOperationException();
  }

  /** Whether later changes call the mutators again. */
  public ReinvocationPolicy reinvocationPolicy() {
    throw new UnsupportedOperationException();
  }

  /** Over the request's namespace. */
  public LabelSelector namespaceSelector() {
    throw new UnsupportedOperationException();
  }

  /** Over the object. */
  public LabelSelector objectSelector() {
    throw new UnsupportedOperationException();
  }
}
