package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.admission.GroupVersionResource;
import io.usher.initializer.ObjectKey;
import io.usher.initializer.Outcome;
import io.usher.initializer.PassListener;
import io.usher.initializer.Plan;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;

/** Prints what would change as diffs, each when it is known, and counts. */
final class InitReport implements PassListener {

  /** No rule changes these, and they would be most of many a diff. */
  private static final Set<String> SERVERS_OWN =
      Set.of("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid");

  private final YamlDiff diff;
  private final Colours colours;
  private final PrintWriter out;
  private final InitTally tally = new InitTally();

  InitReport(Colours colours, PrintWriter out) {
    this.diff = new YamlDiff(colours);
    this.colours = colours;
    this.out = out;
  }

  InitTally tally() {
    return tally;
  }

  @Override
  public void planned(Plan plan) {
    tally.add(plan);
    if (plan instanceof Plan.Change change) {
      print(change);
    } else if (plan instanceof Plan.Left left && left.outcome() != Outcome.DELETING) {
      out.println(colours.yellow(left.object() + " is left alone: " + left.why()));
    }
  }

  private void print(Plan.Change change) {
    ObjectKey object = change.object();
    ObjectNode from = shown(change.before());
    ObjectNode to = shown(change.after());
    if (isSecret(object)) {
      mask(from, to);
    }
    diff.lines(object + " as it is", from, object + " with the rules", to).forEach(out::println);
    for (String warning : change.patch().warnings()) {
      out.println(colours.yellow("Warning: " + object + ": " + warning));
    }
    if (!change.idempotent()) {
      out.println(
          colours.yellow(
              "Warning: %s: %s would change it again, and again"
                  .formatted(object, String.join(", ", change.patch().rules()))));
    }
  }

  @Override
  public void unserved(GroupVersionResource resource) {
    out.println(
        colours.yellow(
            "Warning: the API server has no %s of %s/%s"
                .formatted(resource.resource(), resource.group(), resource.version())));
  }

  private static ObjectNode shown(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(SERVERS_OWN);
    }
    return copy;
  }

  private static boolean isSecret(ObjectKey object) {
    return object.kind().group().isEmpty() && object.kind().kind().equals("Secret");
  }

  /** As kubectl diff does: that a value differs is shown, and not the value. */
  private static void mask(ObjectNode from, ObjectNode to) {
    for (String field : List.of("data", "stringData")) {
      JsonNode before = from.path(field).deepCopy();
      JsonNode after = to.path(field).deepCopy();
      mask(from.path(field), after, " (before)");
      mask(to.path(field), before, " (after)");
    }
  }

  private static void mask(JsonNode values, JsonNode others, String mark) {
    if (values instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              value -> {
                JsonNode other = others.path(value.getKey());
                boolean differs = !other.isMissingNode() && !other.equals(value.getValue());
                value.setValue(TextNode.valueOf("***" + (differs ? mark : "")));
              });
    }
  }
}
