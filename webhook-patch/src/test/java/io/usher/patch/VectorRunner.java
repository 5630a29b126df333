package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds the engine to vectors in a neutral JSON form, those that Kubernetes' own implementation is
 * held to:
 *
 * <pre>
 * schemas: {Struct: {fields: {jsonName: {type: {kind: string|integer|number|boolean|list|map|
 *              struct|opaque, items|values|ref|fields}, patchStrategy: [..], patchMergeKey}}}}
 * vectors: [{id, kind: twoWay|threeWay|apply|jsonMergeThreeWay, schema,
 *            original, modified, current, twoWay, threeWay, result, expectedResult,
 *            expectConflict, expectedError, expectedErrorStage, expectedErrorOptional}]
 * </pre>
 *
 * A missing document is {@code {}}. One line is printed for each vector that failed, and one for
 * each that shows a fault of the original which this engine avoids on purpose; a count closes the
 * output. The exit code is 1 on a failure.
 */
final class VectorRunner {
  private static final Set<String> KINDS =
      Set.of("twoWay", "threeWay", "apply", "jsonMergeThreeWay");

  private final List<String> failed = new ArrayList<>();
  private final List<String> avoided = new ArrayList<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private int passed;

  static VectorRunner run(Path file) throws IOException {
    JsonNode json = Json.MAPPER.readTree(file.toFile());
    var schemas = new VectorSchemas(json.path("schemas"));
    var runner = new VectorRunner();
    json.path("vectors").forEach(vector -> runner.run(new Vector(vector, schemas)));
    return runner;
  }

  public static void main(String[] arguments) throws IOException {
    VectorRunner runner = run(Path.of(arguments[0]));
    runner.avoided.forEach(System.out::println);
    runner.failed.forEach(System.out::println);
    System.out.println(runner.summary());
    System.exit(runner.failed.isEmpty() ? 0 : 1);
  }

  private void run(Vector vector) {
    if (!KINDS.contains(vector.kind())) {
      skipped.merge(vector.kind(), 1, Integer::sum);
      return;
    }
    try {
      vector.run();
      passed++;
    } catch (DuplicateElementException e) {
      avoided.add("avoided " + vector.id() + ": elements that share their identity lose data");
    } catch (Vector.AvoidedFault fault) {
      avoided.add("avoided " + vector.id() + ": " + fault.getMessage());
    } catch (RuntimeException e) {
      failed.add("FAILED " + vector.id() + " (" + vector.kind() + "): " + e);
    }
  }

  List<String> failed() {
    return failed;
  }

  List<String> avoided() {
    return avoided;
  }

  int passed() {
    return passed;
  }

  String summary() {
    return passed
        + " passed, "
        + failed.size()
        + " failed, "
        + avoided.size()
        + " show a fault that this engine avoids, skipped "
        + skipped;
  }
}
