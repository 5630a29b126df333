package io.usher.testkit;

import static io.usher.testkit.AdmissionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdmissionAssertTest {

  private static final WebhookUnderTest WEBHOOK = WebhookUnderTest.of(new Curfew());

  private static AdmissionResult admitted(String name) {
    return WEBHOOK.admit(Requests.create(WebhookUnderTestTest.podNamed(name)).build());
  }

  static Stream<Arguments> failures() {
    var patched = assertThat(admitted("web"));
    var unchanged = assertThat(admitted("other"));
    var denied = assertThat(admitted("late"));
    return Stream.of(
        failure(denied::isAllowed, "Pod default/late to be allowed, but it is denied"),
        failure(denied::isPatched, "Pod default/late to be allowed, but it is denied"),
        failure(patched::isUnchanged, "to be unchanged, but it is patched"),
        failure(unchanged::isPatched, "to be patched, but nothing changed"),
        failure(() -> unchanged.hasPatch("[{op: remove, path: /a}]"), "/a"),
        failure(patched::isDenied, "to be denied, but it is allowed"),
        failure(() -> denied.isDeniedWith("early"), "denied with the message \"early\""),
        failure(() -> denied.hasCode(403), "denied with the code 403"),
        failure(() -> denied.hasReason("Forbidden"), "denied for the reason Forbidden"),
        failure(() -> denied.hasCauses("spec"), "because of the fields [spec]"),
        failure(() -> patched.hasWarnings("no"), "with the warnings [no]"),
        failure(patched::hasNoWarnings, "with the warnings []"),
        failure(() -> patched.hasAuditAnnotation("judged", "no"), "annotation judged=no"),
        failure(() -> patched.ranRules("A.b"), "ran: [Curfew.stamp, Curfew.judge]"));
  }

  private static Arguments failure(ThrowingCallable assertion, String message) {
    return Arguments.of(assertion, message);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureSaysWhatWasExpected(ThrowingCallable assertion, String message) {
    assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessageContaining(message);
  }

  @Test
  void failureShowsTheWholeResult() {
    assertThatThrownBy(() -> assertThat(admitted("late")).isAllowed())
        .hasMessageContaining(
            """
            request: CREATE Pod default/late
            decision: denied
            status:
              code: 422
              reason: Invalid
              message: it is late
              causes:
              - reason: FieldValueInvalid
                message: "Forbidden: late"
                field: metadata.name
            """);
  }

  @Test
  void ruleThatChangesItsOwnResultIsNotIdempotent() {
    assertThatThrownBy(() -> assertThat(admitted("growing")).isIdempotent())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("is not idempotent; the second call gave")
        .hasMessageContaining("op: replace");
  }

  @Test
  void goldenFileHoldsTheWholeResult() {
    assertThat(admitted("web"))
        .matchesGoldenFile(Path.of("src/test/golden/curfew-web.yaml"))
        .matchesGoldenFile("src/test/golden/curfew-web.yaml");
  }
}
