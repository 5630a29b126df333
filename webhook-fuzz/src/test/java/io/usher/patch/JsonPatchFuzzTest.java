package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.fge.jsonpatch.JsonPatchException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Others apply a patch with the same result. */
class JsonPatchFuzzTest {

  /** zjsonpatch takes the second half of an escaped tilde for the first half of another escape. */
  private static final Pattern MISREAD = Pattern.compile("~0[01]");

  /** {@code [before, after]}. */
  @FuzzTest
  void everyApplierGetsFromBeforeToAfter(byte[] json) throws Exception {
    JsonNode two = StrictJson.twoObjects(json);
    if (two == null) {
      return;
    }
    JsonNode before = two.get(0);
    JsonNode after = two.get(1);

    JsonPatch patch = JsonPatch.diff(before, after, StructSchema.none());

    assertThat(patch.isEmpty()).isEqualTo(JsonEquality.equal(before, after));
    assertEqual(patch.apply(before), after);
    assertEqual(library(patch.toJson(), before), after);
    if (patch.operations().stream().noneMatch(each -> MISREAD.matcher(each.path()).find())) {
      assertEqual(io.fabric8.zjsonpatch.JsonPatch.apply(patch.toJson(), before), after);
    }
  }

  /** {@code [document, patch]}. */
  @FuzzTest
  void whatIsAppliedTheLibraryAppliesTheSameWay(byte[] json) throws IOException {
    JsonNode two = StrictJson.read(json);
    if (two == null || two.size() != 2 || !two.path(0).isObject()) {
      return;
    }
    JsonNode document = two.get(0);
    JsonNode patched = applied(two.get(1), document);
    if (patched != null) {
      JsonNode expected;
      try {
        expected = library(two.get(1), document);
      } catch (JsonPatchException e) {
        throw new AssertionError("json-patch refuses it", e);
      }
      assertEqual(patched, expected);
    }
  }

  private static @Nullable JsonNode applied(JsonNode patch, JsonNode document) {
    try {
      return JsonPatch.parse(patch).apply(document);
    } catch (PatchException e) {
      return null;
    }
  }

  private static JsonNode library(JsonNode patch, JsonNode document)
      throws IOException, JsonPatchException {
    return com.github.fge.jsonpatch.JsonPatch.fromJson(patch).apply(document);
  }

  private static void assertEqual(JsonNode actual, JsonNode expected) {
    assertThat(JsonEquality.equal(actual, expected)).as("%s is %s", actual, expected).isTrue();
  }
}
