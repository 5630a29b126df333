package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.ThreadMXBean;
import io.usher.admission.AdmissionResponse;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewMemory;
import io.usher.json.ContainerOffsets;
import io.usher.patch.JsonPatch;
import io.usher.patch.StructSchema;
import io.usher.rule.Decision;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a review makes of its body is taken from the budget first, whatever shape the body has. */
class ReviewMemoryTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The server's own. */
  private static final int BYTES_PER_VALUE = 100;

  private static final int MANY = 10_000;

  private final AdmissionHandler handler = ReviewFixtures.validating(context -> Decision.allow());

  /** JSON values of about {@link #MANY} parts each. */
  private static Map<String, String> shapes() {
    var shapes = new TreeMap<String, String>();
    shapes.put("objects", array(i -> "{}"));
    shapes.put("arrays", array(i -> "[]"));
    shapes.put("numbers", array(i -> "1"));
    shapes.put("decimals", array(i -> i + ".25e3"));
    shapes.put("short strings", array(i -> "\"s" + i + "\""));
    shapes.put("objects with a member", array(i -> "{\"a\":1}"));
    shapes.put("objects with a name of their own", array(i -> "{\"n" + i + "\":{}}"));
    shapes.put("arrays in arrays", array(i -> "[[[]]]"));
    shapes.put("objects in objects", array(i -> "{\"a\":{\"b\":{}}}"));
    shapes.put("names", object(i -> "\"n" + i + "\":1"));
    shapes.put("names of objects", object(i -> "\"n" + i + "\":{}"));
    // Jackson copies its table of long names as it grows: few, so that what is kept is measured.
    shapes.put("long names", object(i -> "\"" + "n".repeat(150) + i + "\":1", MANY / 100));
    shapes.put("names of some length", object(i -> "\"" + "n".repeat(50) + i + "\":1", MANY / 10));
    shapes.put("names with escapes", object(i -> "\"\\u00e9\\t" + i + "\":1"));
    shapes.put("one name", "{\"" + "n".repeat(9_000) + "\":1}");
    shapes.put("one string", "[\"" + "s".repeat(20 * MANY) + "\"]");
    shapes.put("one wide string", "[\"" + "s".repeat(20 * MANY) + "ж\"]");
    shapes.put("one string of wide characters", "[\"" + "ж".repeat(10 * MANY) + "\"]");
    shapes.put("one string of escapes", "[\"" + "\\n\\u0436".repeat(3 * MANY) + "\"]");
    shapes.put("depth", "[".repeat(450) + "]".repeat(450));
    shapes.put("depth of objects", "{\"a\":".repeat(450) + "1" + "}".repeat(450));
    shapes.put("names at every depth", nested(400));
    return shapes;
  }

  /** Where a value may stand in a review; the review is read to its end with all of them. */
  private static final Map<String, Function<String, String>> PLACES =
      Map.of(
          "root", value -> request("\"object\":" + (value.startsWith("{") ? value : "{\"a\":1}")),
          "object", value -> request("\"object\":{\"a\":" + value + "}"),
          "below", value -> request("\"object\":{\"a\":{\"b\":{\"c\":" + value + "}}}"),
          "elements", value -> request("\"object\":{\"a\":[[" + value + "]]}"),
          "oldObject", value -> request("\"oldObject\":{\"a\":" + value + "}"),
          "options", value -> request("\"options\":{\"a\":" + value + "}"),
          "unknown", value -> request("\"later\":" + value),
          "user", value -> request("\"userInfo\":{\"later\":" + value + "}"),
          "outside", value -> request("").replace("{\"kind\"", "{\"x\":" + value + ",\"kind\""));

  /** Values that the reader makes strings of. */
  private static final Map<String, String> MEMBERS =
      Map.of(
          "name", "\"name\":\"" + "n".repeat(20 * MANY) + "\"",
          "wide name", "\"name\":\"" + "n".repeat(20 * MANY) + "ж\"",
          "groups", "\"userInfo\":{\"groups\":" + array(i -> "\"g" + i + "\"") + "}",
          "empty groups", "\"userInfo\":{\"groups\":" + array(i -> "\"\"") + "}",
          "extra", "\"userInfo\":{\"extra\":" + object(i -> "\"k" + i + "\":[]") + "}",
          "extra values", "\"userInfo\":{\"extra\":" + object(i -> "\"k" + i + "\":[\"v\"]") + "}");

  static Stream<Arguments> bodies() {
    Stream<Arguments> placed =
        PLACES.entrySet().stream()
            .flatMap(
                place ->
                    shapes().entrySet().stream()
                        .map(
                            shape ->
                                Arguments.of(
                                    shape.getKey() + " in " + place.getKey(),
                                    place.getValue().apply(shape.getValue()))));
    Stream<Arguments> members =
        MEMBERS.entrySet().stream()
            .map(member -> Arguments.of(member.getKey(), request(member.getValue())));
    return Stream.concat(placed, members);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void decodingAllocatesNoMoreThanItTook(String name, String text) throws Exception {
    byte[] body = text.getBytes(UTF_8);
    decode(body, new MemoryBudget(Long.MAX_VALUE).begin(() -> {}));

    MemoryBudget.Lease lease = new MemoryBudget(Long.MAX_VALUE).begin(() -> {});
    long before = allocated();
    decode(body, lease);
    long needed = allocated() - before;

    assertThat(needed).as(name).isLessThanOrEqualTo(lease.bytes());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void whatTheBudgetDoesNotHaveIsNotAllocated(String name, String text) throws Exception {
    byte[] body = text.getBytes(UTF_8);
    MemoryBudget.Lease all = new MemoryBudget(Long.MAX_VALUE).begin(() -> {});
    decode(body, all);
    long half = all.bytes() / 2;

    MemoryBudget.Lease lease = new MemoryBudget(half).begin(() -> {});
    long before = allocated();
    Throwable refusal = catchThrowable(() -> decode(body, lease));
    long needed = allocated() - before;

    assertThat(refusal)
        .as(name)
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("of " + half);
    assertThat(needed).as(name).isLessThanOrEqualTo(half + SLACK);
  }

  /** For the exception, with its stack. */
  private static final int SLACK = 16 << 10;

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void treeTakesNoMoreThanWasTaken(String name, String text) throws Exception {
    byte[] body = text.getBytes(UTF_8);
    MemoryBudget.Lease lease = new MemoryBudget(Long.MAX_VALUE).begin(() -> {});
    read(decode(body, lease).request().object(), 0);
    JsonNode object = decode(body, lease).request().object();
    long taken = lease.bytes();

    long before = allocated();
    read(object, 0);
    long needed = allocated() - before;

    assertThat(needed).as(name).isLessThanOrEqualTo(taken);
  }

  /** The patch adds a text of this length: Latin, or of characters that need two bytes. */
  @ParameterizedTest
  @CsvSource({"n, 1000", "n, 4000000", "ж, 2000000"})
  void answerTakesNoMoreThanWasTaken(String letter, int count) throws Exception {
    MemoryBudget.Lease lease = new MemoryBudget(Long.MAX_VALUE).begin(() -> {});
    AdmissionReview review = decode(request("").getBytes(UTF_8), lease);
    AdmissionResponse answer = patched(review, letter.repeat(count));
    handler.encode(review, answer, new ReviewMemory(lease, BYTES_PER_VALUE));
    long before = lease.bytes();

    long allocatedBefore = allocated();
    byte[] encoded = handler.encode(review, answer, new ReviewMemory(lease, BYTES_PER_VALUE));
    long needed = allocated() - allocatedBefore;
    long taken = lease.bytes() - before;

    assertThat(needed).isLessThanOrEqualTo(taken + SLACK);
    var half = new MemoryBudget(taken / 2).begin(() -> {});
    assertThatThrownBy(
            () -> handler.encode(review, answer, new ReviewMemory(half, BYTES_PER_VALUE)))
        .as("%s bytes", encoded.length)
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("of " + taken / 2 + " for all reviews");
  }

  private static AdmissionResponse patched(AdmissionReview review, String value) {
    var patch =
        JsonPatch.diff(
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode().put("a", value),
            StructSchema.none());
    return AdmissionResponse.allow(review.request(), patch, List.of(), Map.of());
  }

  private AdmissionReview decode(byte[] body, MemoryBudget.Lease lease) throws ProtocolException {
    return handler.decode(body, new ReviewMemory(lease, BYTES_PER_VALUE));
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** Looks into all that waits to be read. */
  private static void read(@Nullable JsonNode node, int level) {
    if (node != null && node.size() > 0 && level < ContainerOffsets.LEVELS) {
      for (JsonNode child : node) {
        read(child, level + 1);
      }
    }
  }

  private static String array(IntFunction<String> element) {
    return list(element, MANY, "[", "]");
  }

  private static String object(IntFunction<String> member) {
    return object(member, MANY);
  }

  private static String object(IntFunction<String> member, int count) {
    return list(member, count, "{", "}");
  }

  private static String list(IntFunction<String> part, int count, String open, String close) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(",", open, close));
  }

  /** Objects in objects, each with some names of its own. */
  private static String nested(int depth) {
    String json = "1";
    for (int i = 0; i < depth; i++) {
      int level = i;
      json =
          "{"
              + String.join(
                  ",",
                  List.of(
                      list(n -> "\"n" + level + "-" + n + "\":1", 100, "", ""), "\"in\":" + json))
              + "}";
    }
    return json;
  }

  private static String request(String member) {
    return "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{"
        + "\"uid\":\"u\",\"kind\":{\"group\":\"\",\"version\":\"v1\",\"kind\":\"Pod\"},"
        + "\"resource\":{\"group\":\"\",\"version\":\"v1\",\"resource\":\"pods\"},"
        + "\"operation\":\"CREATE\""
        + (member.isEmpty() ? "" : "," + member)
        + "}}";
  }
}
