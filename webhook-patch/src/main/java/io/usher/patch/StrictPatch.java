package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.fge.jackson.jsonpointer.JsonPointer;
import com.github.fge.jackson.jsonpointer.JsonPointerException;
import com.github.fge.jackson.jsonpointer.TokenResolver;
import com.github.fge.jsonpatch.AddOperation;
import com.github.fge.jsonpatch.CopyOperation;
import com.github.fge.jsonpatch.JsonPatchException;
import com.github.fge.jsonpatch.JsonPatchOperation;
import com.github.fge.jsonpatch.MoveOperation;
import com.github.fge.jsonpatch.RemoveOperation;
import com.github.fge.jsonpatch.ReplaceOperation;
import com.github.fge.jsonpatch.TestOperation;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Applies a JSON Patch by RFC 6902 with the json-patch library, and refuses what the library lets
 * pass but the API server does not.
 */
final class StrictPatch {
  private static final Pattern INDEX = Pattern.compile("-|0|[1-9][0-9]{0,8}");

  private final PatchOperation operation;
  private final int index;

  private StrictPatch(PatchOperation operation, int index) {
    this.operation = operation;
    this.index = index;
  }

  static JsonNode apply(List<PatchOperation> operations, JsonNode document, long maxCopied) {
    JsonNode patched = document;
    long copied = 0;
    for (int i = 0; i < operations.size(); i++) {
      var step = new StrictPatch(operations.get(i), i);
      copied += step.copied(patched);
      if (copied > maxCopied) {
        throw new CopyLimitException(
            step.operation.path(),
            step.problem("all copies would add " + copied + " characters, and may " + maxCopied));
      }
      patched = step.apply(patched);
    }
    return patched;
  }

  /** The size of what the operation copies, as JSON; 0 where that is not there. */
  private int copied(JsonNode document) {
    if (operation.kind() != PatchOperation.Kind.COPY) {
      return 0;
    }
    try {
      JsonNode source = new JsonPointer(operation.from()).get(document);
      return source == null ? 0 : source.toString().length();
    } catch (JsonPointerException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
  }

  private JsonNode apply(JsonNode document) {
    if (operation.path().isEmpty() && operation.kind() != PatchOperation.Kind.TEST) {
      throw failed("changes the root; a patch changes values inside the document", null);
    }
    try {
      var path = new JsonPointer(operation.path());
      checkIndexes(document, path);
      if (operation.from() != null) {
        checkSource(document, new JsonPointer(operation.from()));
      }
      JsonNode patched = operation(path).apply(document);
      if (operation.kind() == PatchOperation.Kind.TEST
          && !isSame(path.get(document), Objects.requireNonNull(operation.value()))) {
        throw failed("a number differs in how it is written", null);
      }
      return patched;
    } catch (JsonPatchException | JsonPointerException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
  }

  /** The library moves what is not there to its own place, and copies the whole document. */
  private void checkSource(JsonNode document, JsonPointer from) {
    checkIndexes(document, from);
    if (from.isEmpty() || from.get(document) == null) {
      throw failed("nothing to take at '" + from + "'", null);
    }
  }

  /** Of two values that the library takes for equal: the API server compares numbers as texts. */
  private static boolean isSame(JsonNode a, JsonNode b) {
    if (a.isNumber()) {
      return a.isIntegralNumber() == b.isIntegralNumber()
          && a.decimalValue().equals(b.decimalValue());
    }
    if (a instanceof ObjectNode object) {
      return object.properties().stream()
          .allMatch(member -> isSame(member.getValue(), b.get(member.getKey())));
    }
    return IntStream.range(0, a.size()).allMatch(i -> isSame(a.get(i), b.get(i)));
  }

  private JsonPatchOperation operation(JsonPointer path) throws JsonPointerException {
    return switch (operation.kind()) {
      case ADD -> new AddOperation(path, operation.value());
      case REMOVE -> new RemoveOperation(path);
      case REPLACE -> new ReplaceOperation(path, operation.value());
      case MOVE -> new MoveOperation(new JsonPointer(operation.from()), path);
      case COPY -> new CopyOperation(new JsonPointer(operation.from()), path);
      case TEST -> new TestOperation(path, operation.value());
    };
  }

  /** RFC 6901 has no index with a leading zero; the library reads {@code 01} as 1. */
  private void checkIndexes(JsonNode document, JsonPointer pointer) {
    JsonNode value = document;
    for (TokenResolver<JsonNode> token : pointer) {
      if (value == null) {
        return;
      }
      String name = token.getToken().getRaw();
      if (value.isArray() && !INDEX.matcher(name).matches()) {
        throw failed("'" + name + "' is no array index", null);
      }
      value = token.get(value);
    }
  }

  private PatchException failed(String problem, @Nullable Exception cause) {
    var failed = new PatchException(operation.path(), problem(problem));
    failed.initCause(cause);
    return failed;
  }

  private String problem(String problem) {
    return "apply JSON Patch: operation " + index + " (" + operation.kind() + "): " + problem;
  }
}
