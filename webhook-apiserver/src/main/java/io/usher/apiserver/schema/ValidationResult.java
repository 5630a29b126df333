package io.usher.apiserver.schema;

import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a schema says of a value: its problems, each once, and how many checks passed, by which the
 * alternative is found that a value comes closest to. For one thread.
 */
final class ValidationResult {

  private final List<FieldError> errors = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private int passed;

  boolean isValid() {
    return errors.isEmpty();
  }

  int passed() {
    return passed;
  }

  List<FieldError> errors() {
    return errors;
  }

  void pass() {
    passed++;
  }

  /**
   * kube-apiserver tells a problem once that it meets several times. Behind those that are told one
   * more is kept, so that it is known that there are more.
   */
  void add(FieldError error) {
    if (errors.size() <= ToldErrors.MOST && told.add(error.field() + ' ' + error.detail())) {
      errors.add(error);
    }
  }

  void merge(ValidationResult other) {
    other.errors.forEach(this::add);
    passed += other.passed;
  }

  /** The same without its problems, which were there before. */
  ValidationResult excused() {
    var excused = new ValidationResult();
    excused.passed = passed;
    return excused;
  }
}
