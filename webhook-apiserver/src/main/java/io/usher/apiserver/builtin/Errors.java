package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with an object. */
final class Errors {

  private final List<FieldError> errors = new ArrayList<>();

  List<FieldError> list() {
    return List.copyOf(errors);
  }

  void addAll(Errors others) {
    errors.addAll(others.errors);
  }

  void add(FieldError error) {
    errors.add(error);
  }

  void required(Field field) {
    required(field, "");
  }

  void required(Field field, String detail) {
    errors.add(FieldError.required(field.path(), detail));
  }

  /** A text that must be there. */
  void requireText(Field field) {
    if (field.text().isEmpty()) {
      required(field);
    }
  }

  void invalid(Field field, String detail) {
    errors.add(FieldError.invalid(field.path(), field.node(), detail));
  }

  /** A text that may be absent, and is shown as an empty one then. */
  void invalidText(Field field, String detail) {
    errors.add(FieldError.invalid(field.path(), TextNode.valueOf(field.text()), detail));
  }

  /** A number that may be absent, and is shown as 0 then. */
  void invalidNumber(Field field, String detail) {
    JsonNode value = field.isSet() ? field.node() : IntNode.valueOf(0);
    errors.add(FieldError.invalid(field.path(), value, detail));
  }

  void invalid(Field field, JsonNode value, String detail) {
    errors.add(FieldError.invalid(field.path(), value, detail));
  }

  /** A text with several problems, or none. */
  void invalidFor(Field field, List<String> problems) {
    problems.forEach(problem -> invalidText(field, problem));
  }

  void forbidden(Field field, String detail) {
    errors.add(FieldError.forbidden(field.path(), detail));
  }

  void duplicate(Field field) {
    errors.add(FieldError.duplicate(field.path(), field.node()));
  }

  void duplicate(Field field, JsonNode value) {
    errors.add(FieldError.duplicate(field.path(), value));
  }

  void notFound(Field field) {
    errors.add(new FieldError(FieldError.Reason.NOT_FOUND, field.path(), field.node(), ""));
  }

  void tooLong(Field field, int most) {
    errors.add(
        new FieldError(
            FieldError.Reason.TOO_LONG,
            field.path(),
            null,
            "may not be more than " + most + " bytes"));
  }

  /** Whether a list or map has more members than it may; says so. */
  boolean tooMany(Field list, int most) {
    int size = list.node().size();
    if (size > most) {
      errors.add(
          new FieldError(
              FieldError.Reason.TOO_MANY,
              list.path(),
              IntNode.valueOf(size),
              "must have at most " + most + " items"));
    }
    return size > most;
  }

  /**
   * A text that must be one of some.
   *
   * @param supported in alphabetical order, as messages list them
   */
  void notIn(Field field, List<String> supported) {
    if (!supported.contains(field.text())) {
      errors.add(FieldError.notSupported(field.path(), TextNode.valueOf(field.text()), supported));
    }
  }

  /** The same with another value shown. */
  void notSupported(Field field, JsonNode shown, List<String> supported) {
    errors.add(FieldError.notSupported(field.path(), shown, supported));
  }

  /** The same for a text that has to be there. */
  void requireIn(Field field, List<String> supported) {
    if (field.text().isEmpty()) {
      required(field);
    } else {
      notIn(field, supported);
    }
  }

  void notNegative(Field field) {
    if (field.number() < 0) {
      invalid(field, "must be greater than or equal to 0");
    }
  }

  /** A field that may not change, said as {@code field is immutable}. */
  void immutable(Field field, Field old) {
    if (!same(field.node(), old.node())) {
      JsonNode value = field.isSet() ? field.node() : NullNode.instance;
      errors.add(FieldError.invalid(field.path(), value, "field is immutable"));
    }
  }

  /** Whether two values are the same, one that is absent the same as null. */
  static boolean same(JsonNode one, JsonNode other) {
    boolean absent = one.isMissingNode() || one.isNull();
    return absent ? other.isMissingNode() || other.isNull() : one.equals(other);
  }
}
