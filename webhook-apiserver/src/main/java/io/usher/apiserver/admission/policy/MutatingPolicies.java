package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.Reinvocation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.List;
import java.util.function.Function;

/**
 * Plugin {@code MutatingAdmissionPolicy}: changes objects by the policies of
 * MutatingAdmissionPolicies that are bound, in the order of their names, each with the object as
 * the earlier ones left it.
 */
public final class MutatingPolicies extends PolicyPlugin<MutatingProgram> {

  private static final String KIND = "MutatingAdmissionPolicy";

  /** Follows the store's policies and bindings from now on; parameters are in it, too. */
  public MutatingPolicies(ObjectStore store) {
    this(store, types -> new StoredParams(store, types));
  }

  /**
   * Follows the store's policies and bindings from now on.
   *
   * @param params finds parameters, by the types of the server
   */
  public MutatingPolicies(ObjectStore store, Function<ResourceRegistry, ParamSource> params) {
    super(store, KIND, MutatingProgram::of, params);
  }

  /**
   * Evaluates these policies, and none that the store has.
   *
   * @param objects policies and bindings; other kinds are left out
   * @param listener is told which are evaluated
   */
  public MutatingPolicies(ObjectStore store, List<ObjectNode> objects, PolicyListener listener) {
    super(store, KIND, MutatingProgram::of, objects, listener);
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
    var bound = about(attributes);
    if (bound.isEmpty()) {
      return;
    }
    var round = new MutationRound(context(), attributes, reinvocation);
    bound.forEach(round::select);
    round.run();
  }
}
