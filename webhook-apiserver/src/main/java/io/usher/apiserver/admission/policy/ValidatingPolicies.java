package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.List;
import java.util.function.Function;

/**
 * Plugin {@code ValidatingAdmissionPolicy}: evaluates the policies of ValidatingAdmissionPolicies
 * that are bound, in the order of their names. Of several denials the client gets the first.
 */
public final class ValidatingPolicies extends PolicyPlugin<ValidatingProgram> {

  private static final String KIND = "ValidatingAdmissionPolicy";

  /** Follows the store's policies and bindings from now on; parameters are in it, too. */
  public ValidatingPolicies(ObjectStore store) {
    this(store, types -> new StoredParams(store, types));
  }

  /**
   * Follows the store's policies and bindings from now on.
   *
   * @param params finds parameters, by the types of the server
   */
  public ValidatingPolicies(ObjectStore store, Function<ResourceRegistry, ParamSource> params) {
    super(store, KIND, ValidatingProgram::of, params);
  }

  /**
   * Evaluates these policies, and none that the store has.
   *
   * @param objects policies and bindings; other kinds are left out
   * @param listener is told which are evaluated
   */
  public ValidatingPolicies(ObjectStore store, List<ObjectNode> objects, PolicyListener listener) {
    super(store, KIND, ValidatingProgram::of, objects, listener);
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    var bound = about(attributes);
    if (bound.isEmpty()) {
      return;
    }
    var validation = new Validation(context(), attributes);
    bound.forEach(validation::evaluate);
    validation.end();
  }
}
