package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

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
      };

  /** From the served version to the stored one. */
  void toStored(ObjectNode object);

  /** From the stored version to the served one. */
  void fromStored(ObjectNode object);
}
