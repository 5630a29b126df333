package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GoText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which of a definition's names are its own: of a group, each is one definition's. */
public final class AcceptedNames {

  private final ObjectNode definition;
  private final JsonNode requested;
  private final ObjectNode accepted;
  private final Set<String> resources = new HashSet<>();
  private final Set<String> kinds = new HashSet<>();
  private String reason = "";
  private String message = "";

  private AcceptedNames(ObjectNode definition, List<ObjectNode> others) {
    this.definition = definition;
    requested = definition.path("spec").path("names");
    accepted =
        definition.path("status").path("acceptedNames") instanceof ObjectNode present
            ? present.deepCopy()
            : definition.objectNode();
    for (ObjectNode other : others) {
      if (other.at("/spec/group").equals(definition.at("/spec/group"))) {
        JsonNode names = other.at("/status/acceptedNames");
        for (String name : List.of("plural", "singular")) {
          resources.add(names.path(name).asText());
        }
        names.path("shortNames").forEach(each -> resources.add(each.asText()));
        for (String name : List.of("kind", "listKind")) {
          kinds.add(names.path(name).asText());
        }
      }
    }
  }

  /**
   * Writes into a definition's status which names it has, and the conditions {@code NamesAccepted}
   * and, until it is true, {@code Established}.
   *
   * @param all the definitions that there are
   */
  public static void accept(ObjectNode definition, List<ObjectNode> all, Instant now) {
    boolean settled =
        definition
                .path("spec")
                .path("names")
                .equals(definition.path("status").path("acceptedNames"))
            && Conditions.isTrue(definition, "NamesAccepted");
    if (!settled) {
      new AcceptedNames(definition, all).accept(now);
    }
  }

  private void accept(Instant now) {
    name("plural", "PluralConflict", resources);
    name("singular", "SingularConflict", resources);
    shortNames();
    name("kind", "KindConflict", kinds);
    name("listKind", "ListKindConflict", kinds);
    keep("categories");
    definition.withObject("/status").set("acceptedNames", accepted);
    boolean free = reason.isEmpty();
    Conditions.set(
        definition,
        "NamesAccepted",
        free ? "True" : "False",
        free ? "NoConflicts" : reason,
        free ? "no conflicts found" : message,
        now);
    if (Conditions.isTrue(definition, "Established")) {
      return;
    }
    if (free) {
      Conditions.set(
          definition,
          "Established",
          "False",
          "Installing",
          "the initial names have been accepted",
          now);
    } else if (Conditions.find(definition, "Established").isMissingNode()) {
      Conditions.set(
          definition, "Established", "False", "NotAccepted", "not all names are accepted", now);
    }
  }

  private void name(String field, String conflict, Set<String> used) {
    String wanted = requested.path(field).asText();
    if (!wanted.equals(accepted.path(field).asText()) && used.contains(wanted)) {
      reason = conflict;
      message = GoText.quote(wanted) + " is already in use";
    } else {
      accepted.put(field, wanted);
    }
  }

  private void shortNames() {
    var own = new HashSet<String>();
    accepted.path("shortNames").forEach(each -> own.add(each.asText()));
    var taken = new ArrayList<String>();
    for (JsonNode each : requested.path("shortNames")) {
      if (!own.contains(each.asText()) && resources.contains(each.asText())) {
        taken.add(GoText.quote(each.asText()) + " is already in use");
      }
    }
    if (taken.isEmpty()) {
      keep("shortNames");
    } else {
      reason = "ShortNamesConflict";
      message = taken.size() == 1 ? taken.get(0) : '[' + String.join(", ", taken) + ']';
    }
  }

  private void keep(String field) {
    JsonNode names = requested.get(field);
    if (names == null) {
      accepted.remove(field);
    } else {
      accepted.set(field, names);
    }
  }
}
