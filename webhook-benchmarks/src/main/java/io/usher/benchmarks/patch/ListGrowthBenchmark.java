package io.usher.benchmarks.patch;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.patch.JsonPatch;
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
 * How the difference grows with the length of a list whose elements have a name: one is inserted,
 * one is removed and one is changed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ListGrowthBenchmark {

  /** How many elements there are. */
  @Param({"10", "100", "1000", "10000"})
  public int length = 10;

  private ObjectNode before;
  private ObjectNode after;

  /** Makes both lists. */
  @Setup
  public void prepare() {
    before = list();
    after = list();
    ArrayNode elements = after.withArray("/list");
    ((ObjectNode) elements.get(length / 2)).put("value", "changed");
    elements.remove(length - 1);
    elements.insertObject(0).put("name", "first");
  }

  private ObjectNode list() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ArrayNode elements = document.putArray("list");
    for (int i = 0; i < length; i++) {
      elements.addObject().put("name", "element-" + i).put("value", "value-" + i);
    }
    return document;
  }

  @Benchmark
  public JsonPatch identified() {
    return JsonPatch.diff(before, after, StructSchema.none());
  }
}
