package io.usher.cli;

import static io.usher.cli.Admissions.admitted;
import static io.usher.cli.Admissions.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.cli.local.Admission;
import io.usher.observe.ReviewOutcome;
import io.usher.testkit.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;

class KubectlTextTest {

  private static final String POD = "{apiVersion: v1, kind: Pod, metadata: {name: web}}";
  private static final String DEPLOYMENT =
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}";

  @Test
  void createdObjectIsNamedByKindAndGroup() {
    assertThat(lines(admitted(Requests.create(DEPLOYMENT), ReviewOutcome.PATCHED)))
        .containsExactly("deployment.apps/web created");
    assertThat(lines(admitted(Requests.create(POD).dryRun(), ReviewOutcome.ALLOWED)))
        .containsExactly("pod/web created (server dry run)");
  }

  @Test
  void updateOfTheSameIsUnchanged() {
    String changed = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {a: b}}}";

    assertThat(lines(admitted(Requests.update(POD, POD), ReviewOutcome.ALLOWED)))
        .containsExactly("pod/web unchanged");
    assertThat(lines(admitted(Requests.update(POD, changed), ReviewOutcome.ALLOWED)))
        .containsExactly("pod/web configured");
  }

  @Test
  void deletedObjectIsQuoted() {
    assertThat(lines(admitted(Requests.delete(DEPLOYMENT), ReviewOutcome.ALLOWED)))
        .containsExactly("deployment.apps \"web\" deleted");
  }

  @Test
  void generatedNameIsToldAsSuch() {
    String pod = "{apiVersion: v1, kind: Pod, metadata: {generateName: web-}}";

    assertThat(lines(admitted(Requests.create(pod), ReviewOutcome.ALLOWED)))
        .containsExactly("pod/web-xxxxx created");
  }

  @Test
  void warningsComeFirst() {
    assertThat(lines(admitted(Requests.create(POD), ReviewOutcome.ALLOWED, "old", "older")))
        .containsExactly("Warning: old", "Warning: older", "pod/web created");
  }

  @Test
  void denialBearsItsReasonAndTheFile() {
    var status = new Status(403, "Forbidden", "admission webhook \"w\" denied it", List.of(), 0);

    assertThat(lines(refused(Requests.create(POD), status)))
        .containsExactly(
            "Error from server (Forbidden): error when creating \"web.yaml\":"
                + " admission webhook \"w\" denied it");
  }

  @Test
  void causeOfAnInvalidObjectStandsBehindItsName() {
    assertThat(lines(refused(Requests.create(POD), invalid("spec.a"))))
        .containsExactly("The Pod \"web\" is invalid: spec.a: wrong");
  }

  @Test
  void severalCausesAreAList() {
    assertThat(lines(refused(Requests.update(POD, POD), invalid("spec.a", "spec.b", "spec.b"))))
        .containsExactly("The Pod \"web\" is invalid: ", "* spec.a: wrong", "* spec.b: wrong");
  }

  @Test
  void invalidWithoutACauseIsItsMessage() {
    assertThat(lines(refused(Requests.create(POD), invalid())))
        .containsExactly("The request is invalid: denied");
  }

  private static Status invalid(String... fields) {
    var causes =
        List.of(fields).stream()
            .map(field -> new StatusCause("FieldValueInvalid", "wrong", field))
            .toList();
    return new Status(422, "Invalid", "denied", causes, 0);
  }

  private static List<String> lines(Admission admission) {
    return new KubectlText(new Colours(Colours.When.never)).lines(admission);
  }
}
