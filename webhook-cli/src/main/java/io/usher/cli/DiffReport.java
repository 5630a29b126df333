package io.usher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.cli.local.Admission;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What the webhooks changed, and nothing else: nothing for what they left or refused. An object
 * that is stored in another version is shown in that one, too.
 */
record DiffReport(YamlDiff diff) implements ReviewReport {

  @Override
  public void print(List<Admission> admissions, PrintWriter out) {
    admissions.forEach(admission -> lines(admission).forEach(out::println));
  }

  /** The diff from the object as sent to the object as admitted. */
  List<String> lines(Admission admission) {
    ObjectNode sent = admission.request().object();
    ObjectNode admitted = admission.object();
    if (sent == null || admitted == null || !admission.admitted()) {
      return List.of();
    }
    String name = admission.request().describe();
    var lines =
        new ArrayList<>(diff.lines(name + " as sent", sent, name + " as admitted", admitted));
    admission
        .stored()
        .ifPresent(
            stored ->
                lines.addAll(
                    diff.lines(
                        name + " as admitted",
                        admitted,
                        name + " as stored in " + stored.path("apiVersion").asText(),
                        stored)));
    return lines;
  }
}
