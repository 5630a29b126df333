package io.usher.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.patch.JsonPatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionResponseTest {

  private static final AdmissionRequest REQUEST =
      AdmissionRequestTest.request("Pod", "shop", "web", null);
  private static final Status DENIAL = new Status(403, "Forbidden", "no", List.of(), 0);
  private static final JsonPatch PATCH = patch(1);

  @Test
  void bearsTheRequestsUid() {
    assertThat(AdmissionResponse.allow(REQUEST, null, List.of(), Map.of()).uid()).isEqualTo("u-1");
    assertThat(AdmissionResponse.deny(REQUEST, DENIAL, List.of(), Map.of()).uid()).isEqualTo("u-1");
  }

  @Test
  void isAllowedWithoutAStatus() {
    assertThat(AdmissionResponse.allow(REQUEST, PATCH, List.of(), Map.of()).allowed()).isTrue();
    assertThat(AdmissionResponse.deny(REQUEST, DENIAL, List.of(), Map.of()).allowed()).isFalse();
  }

  @Test
  void emptyPatchIsNone() {
    assertThat(AdmissionResponse.allow(REQUEST, patch(0), List.of(), Map.of()).patch()).isEmpty();
    assertThat(AdmissionResponse.allow(REQUEST, null, List.of(), Map.of()).patch()).isEmpty();
    assertThat(AdmissionResponse.allow(REQUEST, PATCH, List.of(), Map.of()).patch())
        .contains(PATCH);
  }

  @Test
  void denialCarriesNoPatch() {
    assertThatThrownBy(
            () ->
                new AdmissionResponse(
                    "u-1", Optional.of(DENIAL), Optional.of(PATCH), List.of(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a denial carries no patch");
  }

  @Test
  void warningsAndAnnotationsAreCopiesInTheirOrder() {
    var warnings = new ArrayList<>(List.of("b", "a"));
    var annotations = new LinkedHashMap<>(Map.of("z", "1"));
    annotations.put("a", "2");
    AdmissionResponse response = AdmissionResponse.allow(REQUEST, null, warnings, annotations);

    warnings.clear();
    annotations.clear();

    assertThat(response.warnings()).containsExactly("b", "a");
    assertThat(response.auditAnnotations().keySet()).containsExactly("z", "a");
  }

  private static JsonPatch patch(int operations) {
    var array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < operations; i++) {
      array.addObject().put("op", "remove").put("path", "/spec");
    }
    return JsonPatch.parse(array);
  }
}
