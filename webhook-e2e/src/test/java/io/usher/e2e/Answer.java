package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the API server said.
 *
 * @param request method and path, for messages
 * @param status the HTTP status
 * @param body the object, list or Status
 * @param warnings the texts of the Warning headers
 * @param auditId the request in the audit log
 */
record Answer(String request, int status, ObjectNode body, List<String> warnings, String auditId) {

  Answer {
    warnings = List.copyOf(warnings);
  }

  /** This answer, which must be a success. */
  Answer accepted() {
    assertThat(status).as("%s: %s", request, body).isBetween(200, 299);
    return this;
  }

  /** The message of this answer, which must be a failure with this status. */
  String refused(int expectedStatus) {
    assertThat(status).as("%s: %s", request, body).isEqualTo(expectedStatus);
    return body.path("message").asText();
  }

  /** How many answers there are of each status, failures apart by their messages. */
  static Map<String, Long> outcomes(Collection<Answer> answers) {
    return answers.stream()
        .collect(
            Collectors.groupingBy(
                answer ->
                    answer.status + answer.body.path("message").asText().replaceAll("^.", " $0"),
                Collectors.counting()));
  }

  /** The value at this JSON pointer, missing where there is none. */
  JsonNode at(String pointer) {
    return body.at(pointer);
  }
}
