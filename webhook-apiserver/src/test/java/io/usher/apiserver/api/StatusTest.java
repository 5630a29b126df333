package io.usher.apiserver.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTest {
  private static final GroupResource DEPLOYMENTS = new GroupResource("apps", "deployments");

  @Test
  void notFoundNamesResourceAndName() {
    assertThat(Status.notFound(DEPLOYMENTS, "web").toJson())
        .hasToString(
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"deployments.apps \\"web\\" not found","reason":"NotFound",\
            "details":{"name":"web","group":"apps","kind":"deployments"},"code":404}""");
  }

  @Test
  void invalidHasACauseForEachField() {
    Status invalid =
        Status.invalid(
            "apps",
            "Deployment",
            "web",
            List.of(
                FieldError.required("spec.selector", ""),
                FieldError.invalid("metadata.name", "Web", "must be lower case")));
    assertThat(invalid.toJson())
        .hasToString(
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"Deployment.apps \\"web\\" is invalid: [spec.selector: Required value, \
            metadata.name: Invalid value: \\"Web\\": must be lower case]","reason":"Invalid",\
            "details":{"name":"web","group":"apps","kind":"Deployment","causes":[\
            {"reason":"FieldValueRequired","message":"Required value","field":"spec.selector"},\
            {"reason":"FieldValueInvalid","message":"Invalid value: \\"Web\\": must be lower case",\
            "field":"metadata.name"}]},"code":422}""");
  }

  @Test
  void oneProblemStandsWithoutBrackets() {
    Status invalid =
        Status.invalid("", "Pod", "web", List.of(FieldError.forbidden("spec", "may not change")));
    assertThat(invalid.message())
        .isEqualTo("Pod \"web\" is invalid: spec: Forbidden: may not change");
  }

  @Test
  void versionFromTheFutureTellsWhenToTryAgain() {
    assertThat(Status.tooLargeResourceVersion(7, 5).toJson())
        .hasToString(
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"Timeout: Too large resource version: 7, current: 5","reason":"Timeout",\
            "details":{"causes":[{"reason":"ResourceVersionTooLarge",\
            "message":"Too large resource version"}],"retryAfterSeconds":1},"code":504}""");
  }
}
