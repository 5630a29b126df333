package io.usher.testkit.apiserver;

import java.util.List;

/** Who is to deny a write or to warn of it, for {@link ApiServer#expectDenied} and its like. */
public final class DeniedBy {

  private final String name;

  /** What the messages of its denials have in them. */
  private final List<String> marks;

  /** How its warnings begin; empty where they don't tell whose they are. */
  private final String warning;

  private DeniedBy(String name, List<String> marks, String warning) {
    this.name = name;
    this.marks = marks;
    this.warning = warning;
  }

  /** The admission policy of this name, a validating or a mutating one. */
  public static DeniedBy policy(String name) {
    return new DeniedBy(
        "policy " + name,
        List.of(
            "ValidatingAdmissionPolicy '" + name + "' ",
            "policy '" + name + "' with binding ",
            "policy \"" + name + "\" denied request: "),
        "Validation failed for ValidatingAdmissionPolicy '" + name + "' ");
  }

  /** The webhook of this name, as {@code @Webhook} has it. */
  public static DeniedBy webhook(String name) {
    return new DeniedBy(
        "webhook " + name, List.of("admission webhook \"" + name + "\" denied the request"), "");
  }

  boolean says(String message) {
    return marks.stream().anyMatch(message::contains);
  }

  boolean isAnonymousInWarnings() {
    return warning.isEmpty();
  }

  boolean warns(String text) {
    return text.startsWith(warning);
  }

  @Override
  public String toString() {
    return name;
  }
}
