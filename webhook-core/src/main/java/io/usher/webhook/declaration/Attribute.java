package io.usher.webhook.declaration;

import io.usher.rule.FailurePolicy;
import io.usher.rule.MatchPolicy;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.rule.SideEffects;

/**
 * An attribute of {@code @Webhook} that a class may state for its webhook, or leave to others.
 * There is one instance of each.
 */
public final class Attribute<T> {

  public static final Attribute<Integer> ORDER = new Attribute<>("order", Integer.class);
  public static final Attribute<FailurePolicy> MUTATING_FAILURE_POLICY =
      new Attribute<>("mutatingFailurePolicy", FailurePolicy.class);
  public static final Attribute<FailurePolicy> VALIDATING_FAILURE_POLICY =
      new Attribute<>("validatingFailurePolicy", FailurePolicy.class);
  public static final Attribute<OnFailure> ON_MUTATING_RULE_FAILURE =
      new Attribute<>("onMutatingRuleFailure", OnFailure.class);
  public static final Attribute<Integer> TIMEOUT_SECONDS =
      new Attribute<>("timeoutSeconds", Integer.class);
  public static final Attribute<MatchPolicy> MATCH_POLICY =
      new Attribute<>("matchPolicy", MatchPolicy.class);
  public static final Attribute<SideEffects> SIDE_EFFECTS =
      new Attribute<>("sideEffects", SideEffects.class);
  public static final Attribute<ReinvocationPolicy> REINVOCATION_POLICY =
      new Attribute<>("reinvocationPolicy", ReinvocationPolicy.class);
  public static final Attribute<String> NAMESPACE_SELECTOR =
      new Attribute<>("namespaceSelector", String.class);
  public static final Attribute<String> OBJECT_SELECTOR =
      new Attribute<>("objectSelector", String.class);

  public static final Attribute<String> MUTATING_PATH =
      new Attribute<>("mutatingPath", String.class);
  public static final Attribute<String> VALIDATING_PATH =
      new Attribute<>("validatingPath", String.class);

  private final String name;
  private final Class<T> type;

  private Attribute(String name, Class<T> type) {
    this.name = name;
    this.type = type;
  }

  /** The path of this phase. */
  public static Attribute<String> path(Phase phase) {
    return switch (phase) {
      case MUTATING -> MUTATING_PATH;
      case VALIDATING -> VALIDATING_PATH;
    };
  }

  /** As the annotation spells it. */
  public String name() {
    return name;
  }

  /** Of its value. */
  Class<T> type() {
    return type;
  }
}
