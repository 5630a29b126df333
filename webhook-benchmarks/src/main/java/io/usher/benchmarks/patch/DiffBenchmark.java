package io.usher.benchmarks.patch;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The JSON Patch between two parsed Pods, against the two libraries that make one too. Usher's is
 * verified as well, theirs are not. Run with {@code -prof gc} for what it allocates.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DiffBenchmark {

  /** What the rule does. */
  @Param({"LABEL_6K", "CONTAINER_60K"})
  public String edit = "LABEL_6K";

  private JsonNode before;
  private JsonNode after;
  private StructSchema schema;

  /** Parses the documents, and makes sure that one operation is enough. */
  @Setup
  public void prepare() {
    before = Edit.valueOf(edit).before();
    after = Edit.valueOf(edit).after();
    schema = PatchSchema.builtIn().forKind("", "v1", "Pod");
    if (usher().size() != 1) {
      throw new IllegalStateException("more than one operation: " + usher());
    }
  }

  @Benchmark
  public JsonPatch usher() {
    return JsonPatch.diff(before, after, schema);
  }

  @Benchmark
  public JsonNode zjsonpatch() {
    return io.fabric8.zjsonpatch.JsonDiff.asJson(before, after);
  }

  @Benchmark
  public Object jsonPatch() {
    return com.github.fge.jsonpatch.diff.JsonDiff.asJsonPatch(before, after);
  }
}
