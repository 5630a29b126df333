package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Plugin {@code ValidatingAdmissionPolicy}: evaluates the policies of ValidatingAdmissionPolicies
 * that are bound, in the order of their names. Of several denials the client gets the first.
 */
public final class ValidatingPolicies implements AdmissionPlugin, AutoCloseable {

  private static final String KIND = "ValidatingAdmissionPolicy";

  private final ObjectStore store;
  private final PolicySource<ValidatingProgram> source;
  private final PolicyListener listener;
  private @Nullable PolicyContext context;

  /** Follows the store's policies and bindings from now on. */
  public ValidatingPolicies(ObjectStore store) {
    this(
        store,
        PolicySource.following(store, KIND, ValidatingProgram::of),
        (kind, policy, binding) -> {});
  }

  /**
   * Evaluates these policies, and none that the store has.
   *
   * @param objects policies and bindings; other kinds are left out
   * @param listener is told which are evaluated
   */
  public ValidatingPolicies(ObjectStore store, List<ObjectNode> objects, PolicyListener listener) {
    this(store, PolicySource.fixed(objects, KIND, ValidatingProgram::of), listener);
  }

  private ValidatingPolicies(
      ObjectStore store, PolicySource<ValidatingProgram> source, PolicyListener listener) {
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

  @Override
  public void validate(AdmissionAttributes attributes) {
    var bound = source.bound();
    if (bound.isEmpty() || PolicyKinds.areUnseen(attributes)) {
      return;
    }
    var validation =
        new Validation(Objects.requireNonNull(context, "join comes first"), attributes);
    bound.forEach(validation::evaluate);
    validation.end();
  }

  /** Follows the store no longer. */
  @Override
  public void close() throws Exception {
    source.close();
  }
}
