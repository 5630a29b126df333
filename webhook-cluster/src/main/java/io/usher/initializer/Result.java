package io.usher.initializer;

/**
 * What came of an object.
 *
 * @param object which
 * @param outcome in a word
 * @param why for the operator; empty where it was changed, or is right
 */
public record Result(ObjectKey object, Outcome outcome, String why) {

  static Result of(ObjectKey object, Outcome outcome) {
    return new Result(object, outcome, "");
  }
}
