package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;

/** Makes one element of a list of two that share their identity. */
interface ElementOperator {
  /**
   * @param index of the element in the list that errors are to point into
   */
  JsonNode apply(int index, JsonNode first, JsonNode second);
}
