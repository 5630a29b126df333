package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A view that does not know the field {@code unknown}, which every map of the document has. Tries
 * as many pairs as {@link JsonPatchPropertyTest}.
 */
class TypedMergePropertyTest {
  private static final String UNKNOWN = "unknown";

  private final Random random = new Random(JsonPatchPropertyTest.SEED);
  private final RandomDocuments documents = new RandomDocuments(random);
  private final RandomEdit edit = new RandomEdit(random, documents);
  private int survivors;

  @Test
  void whatTheViewDoesNotKnowSurvivesEveryEditAroundIt() {
    for (int i = 0; i < JsonPatchPropertyTest.PAIRS; i++) {
      check(i);
    }
    assertThat(survivors).isGreaterThan(JsonPatchPropertyTest.PAIRS);
  }

  private void check(int number) {
    ObjectNode before = documents.next();
    ObjectNode raw = before.deepCopy();
    mark(raw, "");
    ObjectNode untouched = raw.deepCopy();
    ObjectNode after = edit.of(before);

    JsonNode merged = TypedMerge.merge(raw, before, after, StructSchema.none());

    Supplier<String> pair = () -> "pair " + number + ": " + before + " to " + after + ": " + merged;
    assertThat(raw).as(pair).isEqualTo(untouched);
    JsonNode view = merged.deepCopy();
    unmark(view);
    assertThat(JsonEquality.equal(withoutNulls(view), withoutNulls(after))).as(pair).isTrue();
    assertThat(TypedMerge.merge(raw, before, before.deepCopy(), StructSchema.none()))
        .as(pair)
        .isSameAs(raw);
    kept(before, raw, after, merged, pair);
  }

  /**
   * Maps keep their field by name, elements of lists by their name or, without one, by equality.
   * Lists that lost a null are left out: their elements have moved.
   */
  private void kept(
      JsonNode before, JsonNode raw, JsonNode after, JsonNode merged, Supplier<String> pair) {
    if (before.isObject() && after.isObject()) {
      assertThat(merged.get(UNKNOWN)).as(pair).isEqualTo(raw.get(UNKNOWN));
      survivors++;
      for (Map.Entry<String, JsonNode> member : after.properties()) {
        String name = member.getKey();
        if (before.has(name)) {
          kept(before.get(name), raw.get(name), member.getValue(), merged.get(name), pair);
        }
      }
    } else if (before.isArray() && after.isArray() && merged.size() == after.size()) {
      Function<JsonNode, Object> identity =
          hasNames(before) && hasNames(after) ? element -> element.get("name") : element -> element;
      Map<Object, Integer> places = unique(before, identity);
      Map<Object, Integer> targets = unique(after, identity);
      targets.forEach(
          (key, target) -> {
            Integer place = places.get(key);
            if (place != null) {
              kept(before.get(place), raw.get(place), after.get(target), merged.get(target), pair);
            }
          });
    }
  }

  /** A null is a field without a value: the type may write it, the document need not have it. */
  private static JsonNode withoutNulls(JsonNode node) {
    JsonNode copy = node.deepCopy();
    dropNulls(copy);
    return copy;
  }

  private static void dropNulls(JsonNode node) {
    for (Iterator<JsonNode> children = node.iterator(); children.hasNext(); ) {
      JsonNode child = children.next();
      if (child.isNull()) {
        children.remove();
      } else {
        dropNulls(child);
      }
    }
  }

  private static boolean hasNames(JsonNode array) {
    for (JsonNode element : array) {
      if (!element.path("name").isTextual()) {
        return false;
      }
    }
    return unique(array, element -> element.get("name")).size() == array.size();
  }

  private static Map<Object, Integer> unique(JsonNode array, Function<JsonNode, Object> identity) {
    Map<Object, Integer> places = new HashMap<>();
    List<Object> seen = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      Object key = identity.apply(array.get(i));
      places.put(key, i);
      seen.add(key);
    }
    places.keySet().removeIf(key -> Collections.frequency(seen, key) > 1);
    return places;
  }

  private static void mark(JsonNode node, String pointer) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(member -> mark(member.getValue(), pointer + "/" + member.getKey()));
      object.put(UNKNOWN, pointer);
    } else {
      for (int i = 0; i < node.size(); i++) {
        mark(node.get(i), pointer + "/" + i);
      }
    }
  }

  private static void unmark(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(UNKNOWN);
    }
    node.forEach(TypedMergePropertyTest::unmark);
  }
}
