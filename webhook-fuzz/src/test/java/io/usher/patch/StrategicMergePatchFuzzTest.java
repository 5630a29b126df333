package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Strategic merge patches of Pods, whose lists are merged in every way that there is. */
class StrategicMergePatchFuzzTest {

  private static final StructSchema POD = PatchSchema.builtIn().forKind("", "v1", "Pod");

  /** {@code [before, after]}. */
  @FuzzTest
  void whatIsCreatedLeadsFromBeforeToAfter(byte[] json) throws Exception {
    JsonNode two = StrictJson.twoObjects(json);
    if (two == null || holdsDirective(two)) {
      return;
    }
    // A merge patch can't say null.
    JsonNode before = JsonMergePatch.withoutNulls(two.get(0));
    JsonNode after = JsonMergePatch.withoutNulls(two.get(1));
    JsonNode patch = created(before, after);
    if (patch != null) {
      JsonNode patched = StrategicMergePatch.apply(before, patch, POD);
      assertThat(JsonEquality.equal(patched, after))
          .as("%s patched with %s is %s, not %s", before, patch, patched, after)
          .isTrue();
    }
  }

  /** {@code [document, patch]}. */
  @FuzzTest
  void whatCannotBeAppliedIsRefused(byte[] json) throws Exception {
    JsonNode two = StrictJson.twoObjects(json);
    if (two == null) {
      return;
    }
    JsonNode document = two.get(0).deepCopy();
    JsonNode patch = two.get(1).deepCopy();
    JsonNode patched;
    try {
      patched = StrategicMergePatch.apply(document, patch, POD);
    } catch (PatchException e) {
      assertThat(e).message().isNotBlank();
      return;
    }
    assertThat(document).as("the document stays as it was").isEqualTo(two.get(0));
    assertThat(patch).as("the patch stays as it was").isEqualTo(two.get(1));
    assertThat(StrategicMergePatch.apply(document, patch, POD))
        .as("the same again")
        .isEqualTo(patched);
  }

  private static @Nullable JsonNode created(JsonNode before, JsonNode after) {
    try {
      return TwoWayMergePatch.create(before, after, POD);
    } catch (PatchException e) {
      // Elements that can't be told apart, or are not of one type.
      return null;
    }
  }

  private static boolean holdsDirective(JsonNode node) {
    return node.properties().stream().anyMatch(member -> member.getKey().startsWith("$"))
        || node.valueStream().anyMatch(StrategicMergePatchFuzzTest::holdsDirective);
  }
}
