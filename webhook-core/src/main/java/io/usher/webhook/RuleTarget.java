package io.usher.webhook;

import io.usher.admission.Operation;
import io.usher.rule.OnFailure;
import io.usher.rule.Scope;
import io.usher.webhook.declaration.MatchTerms;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule of a {@link WebhookBuilder} is for; its methods are the attributes of
 * {@code @Mutating} and {@code @Validating}. Used by one thread, for one rule.
 *
 * @param <T> the object's type: a fabric8 model, a {@code CustomResource}, {@code
 *     GenericKubernetesResource}, {@code ObjectNode}
 */
public final class RuleTarget<T> {

  private final Class<T> type;
  private final List<Operation> operations;
  private List<String> resource = List.of();
  private List<String> subresources = List.of();
  private Scope scope = Scope.ANY;
  private List<String> namespaces = List.of();
  private List<String> names = List.of();
  private String labels = "";
  private int order;
  private @Nullable OnFailure onFailure;
  private boolean selfReviews = true;
  private boolean initialize;

  private RuleTarget(Class<T> type, EnumSet<Operation> operations) {
    this.type = type;
    this.operations = List.copyOf(operations);
  }

  /** Objects of this type, and of the resource that it tells, on these operations. */
  public static <T> RuleTarget<T> on(Class<T> type, Operation operation, Operation... others) {
    return new RuleTarget<>(type, EnumSet.of(operation, others));
  }

  /** The resources, where the type does not tell them: {@code deployments.apps/scale}. */
  public RuleTarget<T> resource(String... resource) {
    this.resource = List.of(resource);
    return this;
  }

  /** Subresources to add to the resource that the type tells. */
  public RuleTarget<T> subresources(String... subresources) {
    this.subresources = List.of(subresources);
    return this;
  }

  /** Which objects by where they live. */
  public RuleTarget<T> scope(Scope scope) {
    this.scope = scope;
    return this;
  }

  /** The namespaces, {@code *} stands for any characters. */
  public RuleTarget<T> namespaces(String... namespaces) {
    this.namespaces = List.of(namespaces);
    return this;
  }

  /** The objects' names, {@code *} stands for any characters. */
  public RuleTarget<T> names(String... names) {
    this.names = List.of(names);
    return this;
  }

  /** A label selector over the object in kubectl's syntax. */
  public RuleTarget<T> labels(String labels) {
    this.labels = labels;
    return this;
  }

  /** The rule's place in the webhook, lowest first, 0 unless given; ties by the rule's name. */
  public RuleTarget<T> order(int order) {
    this.order = order;
    return this;
  }

  /** What a failure of a mutating rule does; as the webhook states it unless given. */
  public RuleTarget<T> onFailure(OnFailure onFailure) {
    this.onFailure = onFailure;
    return this;
  }

  /** The reviews that the server gives itself before it is ready don't call the rule. */
  public RuleTarget<T> withoutSelfReviews() {
    selfReviews = false;
    return this;
  }

  /** The Initializer asks the rule for objects that exist, though it is not for UPDATE. */
  public RuleTarget<T> initialize() {
    initialize = true;
    return this;
  }

  Class<T> type() {
    return type;
  }

  int order() {
    return order;
  }

  @Nullable OnFailure onFailure() {
    return onFailure;
  }

  boolean selfReviews() {
    return selfReviews;
  }

  boolean isInitialize() {
    return initialize;
  }

  MatchTerms terms() {
    return new MatchTerms(operations, resource, subresources, scope, namespaces, names, labels);
  }
}
