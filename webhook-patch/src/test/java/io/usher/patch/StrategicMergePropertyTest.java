package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Tries as many pairs as {@link JsonPatchPropertyTest}. */
class StrategicMergePropertyTest {
  private final Random random = new Random(JsonPatchPropertyTest.SEED);
  private final RandomDocuments documents = new RandomDocuments(random);
  private final RandomEdit edit = new RandomEdit(random, documents);

  @Test
  void whatIsCreatedAppliesUnlessElementsCannotBeToldApart() {
    int refused = 0;
    for (int i = 0; i < JsonPatchPropertyTest.PAIRS; i++) {
      ObjectNode original = documents.next();
      JsonNode modified = plain(edit.of(original));
      refused += check(i, plain(original), modified) ? 0 : 1;
    }
    assertThat(refused).isBetween(1, JsonPatchPropertyTest.PAIRS / 2);
  }

  private static boolean check(int number, JsonNode original, JsonNode modified) {
    String kind = original.path("kind").asText();
    StructSchema schema =
        PatchSchema.builtIn().forKind(kind.equals("Deployment") ? "apps" : "", "v1", kind);
    JsonNode patch;
    Supplier<String> pair = () -> "pair " + number + ": " + original + " to " + modified;
    try {
      patch = TwoWayMergePatch.create(original, modified, schema);
    } catch (PatchException e) {
      FieldSchema root = FieldSchema.of(schema);
      if (isClear(original, root) && isClear(modified, root)) {
        fail(pair.get(), e);
      }
      return false;
    }
    assertThat(StrategicMergePatch.apply(original, patch, schema)).as(pair).isEqualTo(modified);
    return true;
  }

  /** Whether the elements of every list that is merged are of one type and can be told apart. */
  private static boolean isClear(JsonNode node, FieldSchema field) {
    if (node.isObject()) {
      return node.properties().stream()
          .allMatch(member -> isClear(member.getValue(), field.type().field(member.getKey())));
    }
    if (!node.isArray() || field.strategy() != FieldSchema.Strategy.MERGE) {
      return true;
    }
    Set<Object> identities = new HashSet<>();
    for (JsonNode element : node) {
      JsonNode key = field.mergeKey() == null ? element : element.path(field.mergeKey());
      if (!key.isTextual()
          || !identities.add(key)
          || !isClear(element, FieldSchema.of(field.type()))) {
        return false;
      }
    }
    return true;
  }

  /** A merge patch can say neither null nor a key that is a directive. */
  private static JsonNode plain(JsonNode document) {
    JsonNode plain = JsonMergePatch.withoutNulls(document);
    plain.findParents(Directive.PATCH).forEach(map -> ((ObjectNode) map).remove(Directive.PATCH));
    return plain;
  }
}
