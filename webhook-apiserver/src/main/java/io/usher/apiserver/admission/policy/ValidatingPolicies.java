package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ObjectStore;
import java.util.List;

/**
 * Plugin {@code ValidatingAdmissionPolicy}: evaluates the policies of ValidatingAdmissionPolicies
 * that are bound, in the order of their names. Of several denials the client gets the first.
 */
public final class ValidatingPolicies extends PolicyPlugin<ValidatingProgram> {

  private static final String KIND = "ValidatingAdmissionPolicy";

  /** Follows the store's policies and bindings from now on. */
  public ValidatingPolicies(ObjectStore store) {
    super(store, KIND, ValidatingProgram::of);
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
