package io.usher.testkit.apiserver;

import java.util.List;

/** Who is to deny an object, for {@link ApiServer#expectDenied}. */
public final class DeniedBy {

  private final String name;

  /** What the messages of its denials have in them. */
  private final List<String> marks;

  private DeniedBy(String name, List<String> marks) {
    this.name = name;
    this.marks = marks;
  }

  /** The admission policy of this name, a validating or a mutating one. */
  public static DeniedBy policy(String name) {
    return new DeniedBy(
        "policy " + name,
        List.of(
            "ValidatingAdmissionPolicy '" + name + "' ",
            "policy '" + name + "' with binding ",
            "policy \"" + name + "\" denied request: "));
  }

  /** The webhook of this name, as {@code @Webhook} has it. */
  public static DeniedBy webhook(String name) {
    return new DeniedBy(
        "webhook " + name, List.of("admission webhook \"" + name + "\" denied the request"));
  }

  boolean says(String message) {
    return marks.stream().anyMatch(message::contains);
  }

  @Override
  public String toString() {
    return name;
  }
}
