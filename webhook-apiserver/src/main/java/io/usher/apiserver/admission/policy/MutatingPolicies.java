package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.Reinvocation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Plugin {@code MutatingAdmissionPolicy}: changes objects by the policies of
 * MutatingAdmissionPolicies that are bound, in the order of their names, each with the object as
 * the earlier ones left it.
 */
public final class MutatingPolicies implements AdmissionPlugin, AutoCloseable {

  private static final String KIND = "MutatingAdmissionPolicy";

  private final ObjectStore store;
  private final PolicySource<MutatingProgram> source;
  private final PolicyListener listener;
  private @Nullable PolicyContext context;

  /** Follows the store's policies and bindings from now on. */
  public MutatingPolicies(ObjectStore store) {
    this(
        store,
        PolicySource.following(store, KIND, MutatingProgram::of),
        (kind, policy, binding) -> {});
  }

  /**
   * Evaluates these policies, and none that the store has.
   *
   * @param objects policies and bindings; other kinds are left out
   * @param listener is told which are evaluated
   */
  public MutatingPolicies(ObjectStore store, List<ObjectNode> objects, PolicyListener listener) {
    this(store, PolicySource.fixed(objects, KIND, MutatingProgram::of), listener);
  }

  private MutatingPolicies(
      ObjectStore store, PolicySource<MutatingProgram> source, PolicyListener listener) {
    this.store = store;
    this.source = source;
    this.listener = listener;
  }

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public void join(Authorizer authorizer, ResourceRegistry types) {
    context = new PolicyContext(store, authorizer, types, listener);
  }

  /** Both rounds at once, for a chain of this plugin alone. */
  @Override
  public void admit(AdmissionAttributes attributes) {
    var reinvocation = new Reinvocation();
    admit(attributes, reinvocation);
    if (reinvocation.isNeeded()) {
      reinvocation.begin();
      admit(attributes, reinvocation);
    }
  }

  /** One round; the plugins between two of them may change the object as well. */
  public void admit(AdmissionAttributes attributes, Reinvocation reinvocation) {
    var bound = source.bound();
    if (bound.isEmpty() || PolicyKinds.areUnseen(attributes)) {
      return;
    }
    var round =
        new MutationRound(
            Objects.requireNonNull(context, "join comes first"), attributes, reinvocation);
    bound.forEach(round::select);
    round.run();
  }

  /** Follows the store no longer. */
  @Override
  public void close() throws Exception {
    source.close();
  }
}
