package io.usher.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a stream of creates.
 *
 * @param created the creates that were answered
 * @param labelled those that the sample's mutating rule labelled
 * @param failures those that failed, by message
 * @param report all of it in a line
 */
record CreateStream(
    long created, long perSecond, long labelled, Map<String, Long> failures, String report) {

  CreateStream {
    failures = Map.copyOf(failures);
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Lets this happen while creates are under way; the process is {@link Node#stream}. */
  static CreateStream during(Process process, Runnable happening) throws IOException {
    try (BufferedReader lines = process.inputReader()) {
      String first = lines.readLine();
      if (!"creates are under way".equals(first)) {
        throw new IOException("the stream of creates does not begin: " + first);
      }
      happening.run();
      // not the process itself, which would close the reader too
      process.toHandle().destroy();
      List<String> rest = lines.lines().toList();
      if (rest.size() != 1) {
        throw new IOException("the stream of creates ended with " + rest);
      }
      return read(rest.get(0));
    } finally {
      process.toHandle().destroy();
    }
  }

  private static CreateStream read(String line) throws IOException {
    JsonNode report = Documents.JSON.readTree(line);
    var failures = new TreeMap<String, Long>();
    report
        .path("failures")
        .properties()
        .forEach(entry -> failures.put(entry.getKey(), entry.getValue().asLong()));
    return new CreateStream(
        report.path("created").asLong(),
        report.path("perSecond").asLong(),
        report.path("labelled").asLong(),
        failures,
        line);
  }
}
