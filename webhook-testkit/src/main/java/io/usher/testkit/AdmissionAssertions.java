package io.usher.testkit;

/** The door to {@link AdmissionAssert}; lives beside AssertJ's own {@code assertThat}. */
public final class AdmissionAssertions {

  private AdmissionAssertions() {}

  /** Assertions on what a webhook made of a request. */
  public static AdmissionAssert assertThat(AdmissionResult actual) {
    return new AdmissionAssert(actual);
  }
}
