package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.policy.PolicySource.Bound;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that evaluates the policies of one kind.
 *
 * @param <P> the compiled expressions of a policy
 */
abstract class PolicyPlugin<P> implements AdmissionPlugin, AutoCloseable {

  private final ObjectStore store;
  private final String kind;
  private final PolicySource<P> source;
  private final Function<ResourceRegistry, ParamSource> params;
  private final PolicyListener listener;
  private @Nullable PolicyContext context;

  /**
   * Follows a store's policies and bindings.
   *
   * @param params finds parameters, by the types of the server
   */
  PolicyPlugin(
      ObjectStore store,
      String kind,
      Function<JsonNode, P> compiler,
      Function<ResourceRegistry, ParamSource> params) {
    this.store = store;
    this.kind = kind;
    this.params = params;
    source = PolicySource.following(store, kind, compiler);
    listener = (ofKind, policy, binding) -> {};
  }

  /** Takes these policies and bindings, and none that the store has. */
  PolicyPlugin(
      ObjectStore store,
      String kind,
      Function<JsonNode, P> compiler,
      List<ObjectNode> objects,
      PolicyListener listener) {
    this.store = store;
    this.kind = kind;
    source = PolicySource.fixed(objects, kind, compiler);
    params = types -> new StoredParams(store, types);
    this.listener = listener;
  }

  @Override
  public final String name() {
    return kind;
  }

  @Override
  public final void join(Authorizer authorizer, ResourceRegistry types) {
    context = new PolicyContext(store, params.apply(types), authorizer, types, listener);
  }

  /** The policies that may be about a write, in the order of their names. */
  final List<Bound<P>> about(AdmissionAttributes attributes) {
    if (source.isEmpty()) {
      return List.of();
    }
    List<Bound<P>> bound =
        source.about(context().matcher().resources(attributes.resource().type()));
    return bound.isEmpty() || PolicyKinds.areUnseen(attributes) ? List.of() : bound;
  }

  final PolicyContext context() {
    return Objects.requireNonNull(context, "join comes first");
  }

  /** Follows the store no longer. */
  @Override
  public final void close() throws Exception {
    source.close();
  }
}
