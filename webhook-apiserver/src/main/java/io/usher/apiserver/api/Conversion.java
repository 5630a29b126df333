package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Turns objects of a served version into those of the stored one and back. Both edit the object
 * they are given; {@code apiVersion} and {@code kind} are set by the server afterwards.
 */
public interface Conversion {

  /** Versions that differ in {@code apiVersion} alone. */
  Conversion NONE =
      new Conversion() {
        @Override
        public void toStored(ObjectNode object) {}

        @Override
        public void fromStored(ObjectNode object) {}

        @Override
        public ObjectNode stored(ObjectNode object) {
          return object;
        }
      };

  /** From the served version to the stored one. */
  void toStored(ObjectNode object);

  /** From the stored version to the served one. */
  void fromStored(ObjectNode object);

  /** From the stored version to the served one, of several objects: a webhook is called once. */
  default void allFromStored(List<ObjectNode> objects) {
    objects.forEach(this::fromStored);
  }

  /**
   * Whether a write that changes nothing stores the object nevertheless, as it is stored in another
   * form than it would be now.
   */
  default boolean storesAnew(ObjectNode object, ObjectNode stored) {
    return false;
  }

  /** A served object as the stored version has it; the object itself stays as it is. */
  default ObjectNode stored(ObjectNode object) {
    ObjectNode stored = object.deepCopy();
    toStored(stored);
    return stored;
  }
}
