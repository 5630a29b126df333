package io.usher.initializer;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What is to be done with an object. */
public sealed interface Plan {

  /** Which object. */
  ObjectKey object();

  /** Nothing: it is as the rules want it. */
  record Right(ObjectKey object) implements Plan {}

  /**
   * It is to be changed.
   *
   * @param before not to be changed
   * @param after not to be changed
   * @param idempotent whether the rules leave their own result as it is
   */
  record Change(ObjectPatch patch, ObjectNode before, ObjectNode after, boolean idempotent)
      implements Plan {

    @Override
    public ObjectKey object() {
      return patch.object();
    }
  }

  /**
   * It is left as it is.
   *
   * @param outcome why, in a word
   * @param why for the operator
   */
  record Left(ObjectKey object, Outcome outcome, String why) implements Plan {}
}
