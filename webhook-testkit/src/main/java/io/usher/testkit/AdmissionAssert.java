package io.usher.testkit;

import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** Assertions on an {@link AdmissionResult}; a failure shows the whole result. */
public final class AdmissionAssert extends AbstractAssert<AdmissionAssert, AdmissionResult> {

  AdmissionAssert(AdmissionResult actual) {
    super(actual, AdmissionAssert.class);
  }

  /** It may go on, changed or not, and an API server takes what the rules made of it. */
  public AdmissionAssert isAllowed() {
    isNotNull();
    if (!actual.allowed()) {
      throw unexpected("allowed, but it is denied");
    }
    if (!actual.refusals().isEmpty()) {
      throw unexpected("allowed, but an API server refuses what the rules made of it");
    }
    return this;
  }

  /** It may go on, and nothing changed. */
  public AdmissionAssert isUnchanged() {
    isAllowed();
    if (!actual.patch().isEmpty()) {
      throw unexpected("unchanged, but it is patched");
    }
    return this;
  }

  /** It may go on, and something changed. */
  public AdmissionAssert isPatched() {
    isAllowed();
    if (actual.patch().isEmpty()) {
      throw unexpected("patched, but nothing changed");
    }
    return this;
  }

  /** It may go on, and this is what changed: the whole JSON Patch, as JSON or YAML. */
  public AdmissionAssert hasPatch(String patch) {
    isAllowed();
    Assertions.assertThat(actual.patch())
        .as(info.descriptionText())
        .isEqualTo(Documents.read("the expected patch", patch));
    return this;
  }

  /** It may not go on. */
  public AdmissionAssert isDenied() {
    denial();
    return this;
  }

  /** It may not go on, with exactly this message. */
  public AdmissionAssert isDeniedWith(String message) {
    if (!denial().message().equals(message)) {
      throw unexpected("denied with the message \"" + message + "\"");
    }
    return this;
  }

  /** It may not go on, with this HTTP status. */
  public AdmissionAssert hasCode(int code) {
    if (denial().code() != code) {
      throw unexpected("denied with the code " + code);
    }
    return this;
  }

  /** It may not go on, for this machine-readable reason. */
  public AdmissionAssert hasReason(String reason) {
    if (!denial().reason().equals(reason)) {
      throw unexpected("denied for the reason " + reason);
    }
    return this;
  }

  /** It may not go on, and exactly these fields are the cause. */
  public AdmissionAssert hasCauses(String... fields) {
    if (!denial().causes().stream().map(StatusCause::field).toList().equals(List.of(fields))) {
      throw unexpected("denied because of the fields " + List.of(fields));
    }
    return this;
  }

  /** The client sees exactly these warnings, in this order. */
  public AdmissionAssert hasWarnings(String... warnings) {
    isNotNull();
    if (!actual.response().warnings().equals(List.of(warnings))) {
      throw unexpected("with the warnings " + List.of(warnings));
    }
    return this;
  }

  /** The client sees no warning. */
  public AdmissionAssert hasNoWarnings() {
    return hasWarnings();
  }

  /** The audit log gets this. */
  public AdmissionAssert hasAuditAnnotation(String key, String value) {
    isNotNull();
    if (!value.equals(actual.response().auditAnnotations().get(key))) {
      throw unexpected("with the audit annotation " + key + "=" + value);
    }
    return this;
  }

  /** Exactly these rules ran, in this order, as {@code Class.method}. */
  public AdmissionAssert ranRules(String... rules) {
    isNotNull();
    if (!actual.rules().equals(List.of(rules))) {
      throw unexpected("by the rules " + List.of(rules) + ", but these ran: " + actual.rules());
    }
    return this;
  }

  /**
   * The mutating rules change nothing when they see the object that they left: the API server may
   * call them again. Calls them once more.
   */
  public AdmissionAssert isIdempotent() {
    isAllowed();
    AdmissionResult again = actual.again();
    if (!again.allowed() || !again.patch().isEmpty()) {
      throw failureWithActualExpected(
          again, "unchanged", "%s%nis not idempotent; the second call gave%n%s", actual, again);
    }
    return this;
  }

  /**
   * The whole result is what this file holds. Run the test with {@code -Dusher.golden.update=true}
   * to write it, and read it before you commit it.
   *
   * @param file from the module's folder: {@code src/test/golden/pod.yaml}
   */
  public AdmissionAssert matchesGoldenFile(Path file) {
    isNotNull();
    new GoldenFile(file, Boolean.getBoolean("usher.golden.update")).check(actual.toString());
    return this;
  }

  /** See {@link #matchesGoldenFile(Path)}. */
  public AdmissionAssert matchesGoldenFile(String file) {
    return matchesGoldenFile(Path.of(file));
  }

  private Status denial() {
    isNotNull();
    return actual.denial().orElseThrow(() -> unexpected("denied, but it is allowed"));
  }

  private AssertionError unexpected(String expectation) {
    return failure("expected %s to be %s:%n%s", actual.request().describe(), expectation, actual);
  }
}
