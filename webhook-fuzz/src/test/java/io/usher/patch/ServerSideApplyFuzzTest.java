package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** Configurations of Pods, and the fields that managers own. */
class ServerSideApplyFuzzTest {

  private static final StructSchema POD = PatchSchema.builtIn().forKind("", "v1", "Pod");
  private static final FieldManager MANAGER =
      FieldManager.of("m", Instant.parse("2026-01-01T00:00:00Z")).forcing(true);

  @FuzzTest
  void fieldsAreReadAsTheyAreWritten(byte[] json) {
    JsonNode fields = StrictJson.read(json);
    if (fields == null) {
      return;
    }
    FieldSet set;
    try {
      set = FieldSet.parse(fields);
    } catch (PatchException e) {
      assertThat(e).message().isNotBlank();
      return;
    }
    assertThat(FieldSet.parse(set.toJson())).isEqualTo(set);
    assertThat(set.difference(set).isEmpty()).isTrue();
    assertThat(set.union(set)).isEqualTo(set);
    assertThat(set.intersection(set)).isEqualTo(set);
    set.forEach(path -> assertThat(PathElement.display(path)).isNotEmpty());
  }

  /** {@code [live, applied]}. */
  @FuzzTest
  void whatIsAppliedTwiceIsAppliedOnce(byte[] json) {
    JsonNode two = StrictJson.twoObjects(json);
    if (two == null) {
      return;
    }
    JsonNode live = two.get(0).deepCopy();
    JsonNode applied = two.get(1).deepCopy();
    ObjectNode once;
    ObjectNode twice;
    try {
      once = ServerSideApply.apply(live, applied, MANAGER, POD);
      twice = ServerSideApply.apply(once, applied, MANAGER, POD);
    } catch (PatchException e) {
      assertThat(e).message().isNotBlank();
      return;
    }
    assertThat(live).as("the live object stays as it was").isEqualTo(two.get(0));
    assertThat(applied).as("the configuration stays as it was").isEqualTo(two.get(1));
    assertThat(JsonEquality.equal(twice, once)).as("%s is %s", twice, once).isTrue();
    assertThat(ServerSideApply.update(once, once, MANAGER, POD)).isEqualTo(once);
  }
}
