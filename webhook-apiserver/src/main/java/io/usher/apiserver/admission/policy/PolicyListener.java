package io.usher.apiserver.admission.policy;

/** Is told which policies are evaluated for a write, in their order, by the write's thread. */
@FunctionalInterface
public interface PolicyListener {

  /**
   * A policy is evaluated.
   *
   * @param kind {@code ValidatingAdmissionPolicy} or {@code MutatingAdmissionPolicy}
   * @param policy its name
   * @param binding the name of the binding that it is evaluated for
   */
  void evaluated(String kind, String policy, String binding);
}
