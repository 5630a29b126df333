package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.fge.jsonpatch.mergepatch.JsonMergePatch;

class JsonMergePatchFuzzTest {

  /** {@code [document, patch]}. */
  @FuzzTest
  void libraryAppliesTheSameWay(byte[] json) throws Exception {
    JsonNode two = StrictJson.twoObjects(json);
    if (two == null) {
      return;
    }
    JsonNode expected = JsonMergePatch.fromJson(two.get(1)).apply(two.get(0));

    JsonNode patched = io.usher.patch.JsonMergePatch.apply(two.get(0), two.get(1));

    assertThat(JsonEquality.equal(patched, expected)).as("%s is %s", patched, expected).isTrue();
  }
}
