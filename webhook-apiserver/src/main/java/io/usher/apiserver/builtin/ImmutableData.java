package io.usher.apiserver.builtin;

import java.util.List;

/** What may not change once a ConfigMap or Secret says {@code immutable}. */
final class ImmutableData {

  private static final String PROBLEM = "field is immutable when `immutable` is set";

  private ImmutableData() {}

  static void check(Field object, Field old, List<String> fields, Errors errors) {
    if (!old.isTrue("immutable")) {
      return;
    }
    if (!object.isTrue("immutable")) {
      errors.forbidden(object.at("immutable"), PROBLEM);
    }
    for (String field : fields) {
      if (!Errors.same(object.at(field).node(), old.at(field).node())) {
        errors.forbidden(object.at(field), PROBLEM);
      }
    }
  }
}
