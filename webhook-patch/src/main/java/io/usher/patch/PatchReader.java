package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the operations of a JSON Patch. */
final class PatchReader {
  private static final Map<String, PatchOperation.Kind> KINDS =
      Stream.of(PatchOperation.Kind.values())
          .collect(Collectors.toMap(PatchOperation.Kind::toString, Function.identity()));

  private PatchReader() {}

  static List<PatchOperation> read(JsonNode array) {
    if (!array.isArray()) {
      throw new PatchException("", "parse JSON Patch: it must be an array of operations");
    }
    var operations = new ArrayList<PatchOperation>(array.size());
    for (int i = 0; i < array.size(); i++) {
      operations.add(operation(array.get(i), i));
    }
    return operations;
  }

  private static PatchOperation operation(JsonNode json, int index) {
    PatchOperation.Kind kind = KINDS.get(json.path("op").asText());
    if (kind == null) {
      throw malformed(index, "'op' must be one of add, remove, replace, move, copy, test");
    }
    JsonNode value = json.get("value");
    if (kind.takesValue() && value == null) {
      throw malformed(index, kind + " needs a 'value'");
    }
    return new PatchOperation(
        kind,
        pointer(json, "path", index),
        kind.takesValue() ? value : null,
        kind.takesFrom() ? pointer(json, "from", index) : null);
  }

  private static String pointer(JsonNode json, String member, int index) {
    JsonNode value = json.get(member);
    if (value == null || !value.isTextual()) {
      throw malformed(index, "'" + member + "' must be a JSON pointer");
    }
    String problem = problem(value.textValue());
    if (problem != null) {
      throw malformed(index, "'" + member + "' " + problem + ": " + value);
    }
    return value.textValue();
  }

  /** What makes a text no JSON pointer by RFC 6901, or null. */
  private static @Nullable String problem(String pointer) {
    if (!pointer.isEmpty() && pointer.charAt(0) != '/') {
      return "must be empty or start with '/'";
    }
    for (int i = pointer.indexOf('~'); i >= 0; i = pointer.indexOf('~', i + 1)) {
      char next = i + 1 < pointer.length() ? pointer.charAt(i + 1) : ' ';
      if (next != '0' && next != '1') {
        return "holds a '~' that is followed by neither 0 nor 1";
      }
    }
    return null;
  }

  private static PatchException malformed(int index, String problem) {
    return new PatchException("/" + index, "parse JSON Patch: operation " + index + ": " + problem);
  }
}
