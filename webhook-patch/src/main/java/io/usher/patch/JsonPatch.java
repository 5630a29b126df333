package io.usher.patch;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.util.List;

/** A JSON Patch (RFC 6902). Immutable; the trees in it must not be changed after it is made. */
public final class JsonPatch {
  private final List<PatchOperation> operations;

  private JsonPatch(List<PatchOperation> operations) {
    this.operations = List.copyOf(operations);
  }

  /**
   * The smallest patch from one document to another.
   *
   * @throws PatchException when the two differ at the root, or when the patch would not give {@code
   *     after}
   */
  public static JsonPatch diff(JsonNode before, JsonNode after, StructSchema schema) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a patch.
   *
   * @throws PatchException naming the operation that is none
   */
  public static JsonPatch parse(JsonNode array) {
    throw new UnsupportedOperationException();
  }

  /**
   * Applies this patch strictly by RFC 6902.
   *
   * @return the patched document; the given one is left as it is
   * @throws PatchException naming the operation that failed and its pointer
   */
  public JsonNode apply(JsonNode document) {
    throw new UnsupportedOperationException();
  }

  public List<PatchOperation> operations() {
    return operations;
  }

  public boolean isEmpty() {
    return operations.isEmpty();
  }

  public int size() {
    return operations.size();
  }

  public ArrayNode toJson() {
    throw new UnsupportedOperationException();
  }

  /** Writes the patch as a JSON array, without building a tree. */
  public void writeTo(JsonGenerator generator) throws IOException {
    throw new UnsupportedOperationException();
  }
}
