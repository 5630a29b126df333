package io.usher.patch;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A JSON Patch (RFC 6902). Immutable; the values of its operations are those of the documents it
 * was made from, so these must not be changed while it is in use.
 */
public final class JsonPatch {
  private final List<PatchOperation> operations;

  private JsonPatch(List<PatchOperation> operations) {
    this.operations = List.copyOf(operations);
  }

  /**
   * The difference between two documents, field by field: at most one operation for each changed
   * value and each added or removed one, {@code add}, {@code remove} and {@code replace} only. The
   * elements of a list are aligned by the keys that the schema declares, else by {@code name}, else
   * by equality; a list that has little in common with the one before is replaced. The same two
   * documents always give the same patch.
   *
   * <p>An integer and a float are different values; {@code 1.10} and {@code 1.1} are the same.
   *
   * @param schema what is declared of the document's lists; {@link StructSchema#none()} will do
   * @throws PatchException where the documents differ at the root, or where the patch does not give
   *     {@code after} when it is applied to {@code before}
   */
  public static JsonPatch diff(JsonNode before, JsonNode after, StructSchema schema) {
    DocumentDiff diff = DocumentDiff.between(before, after, schema);
    if (!diff.operations().isEmpty() && !diff.isVerified(before, after)) {
      throw new PatchException("", "diff: the patch does not give the expected document");
    }
    return new JsonPatch(diff.operations());
  }

  /**
   * Reads a patch.
   *
   * @param array the patch as JSON; must not be changed afterwards
   * @throws PatchException naming the operation that is none, by its index
   */
  public static JsonPatch parse(JsonNode array) {
    return new JsonPatch(PatchReader.read(array));
  }

  /**
   * Applies this patch strictly by RFC 6902. Refused is also what the API server would refuse
   * though the RFC allows it: {@code add} at the root, {@code test} of an integer against a float,
   * and what {@link PatchException} names.
   *
   * @return the patched document; the given one is left as it is
   * @throws PatchException naming the operation that failed, its index and its pointer
   */
  public JsonNode apply(JsonNode document) {
    return StrictPatch.apply(operations, document, Long.MAX_VALUE);
  }

  /**
   * Does the same with a patch of somebody who is not trusted: a short one that copies what it has
   * copied doubles the document with each operation.
   *
   * @param maxCopied how much its copies may add, in characters of JSON
   * @throws CopyLimitException when they would add more
   */
  public JsonNode apply(JsonNode document, long maxCopied) {
    return StrictPatch.apply(operations, document, maxCopied);
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

  /** The patch as a JSON array. */
  public ArrayNode toJson() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(size());
    for (PatchOperation operation : operations) {
      ObjectNode object = array.addObject().put("op", operation.kind().toString());
      if (operation.from() != null) {
        object.put("from", operation.from());
      }
      object.put("path", operation.path());
      if (operation.value() != null) {
        object.set("value", operation.value());
      }
    }
    return array;
  }

  /** Writes the patch as a JSON array, without building a tree. */
  public void writeTo(JsonGenerator generator) throws IOException {
    generator.writeStartArray();
    for (PatchOperation operation : operations) {
      generator.writeStartObject();
      generator.writeStringField("op", operation.kind().toString());
      if (operation.from() != null) {
        generator.writeStringField("from", operation.from());
      }
      generator.writeStringField("path", operation.path());
      if (operation.value() != null) {
        generator.writeFieldName("value");
        write(operation.value(), generator);
      }
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  /** As a mapper writes it, without the cost of loading one. */
  private static void write(JsonNode value, JsonGenerator generator) throws IOException {
    if (value.isObject()) {
      generator.writeStartObject();
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        generator.writeFieldName(member.getKey());
        write(member.getValue(), generator);
      }
      generator.writeEndObject();
    } else if (value.isArray()) {
      generator.writeStartArray();
      for (JsonNode element : value) {
        write(element, generator);
      }
      generator.writeEndArray();
    } else if (value.isNull()) {
      generator.writeNull();
    } else if (value.isBinary()) {
      generator.writeBinary(value.binaryValue());
    } else {
      // Text, numbers and booleans ask nothing of a provider.
      ((JsonSerializable) value).serialize(generator, null);
    }
  }

  /** The patch as JSON text. */
  @Override
  public String toString() {
    return toJson().toString();
  }
}
