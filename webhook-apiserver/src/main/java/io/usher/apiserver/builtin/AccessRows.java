package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.HumanDuration;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The Tables of kinds that say who may do what. */
final class AccessRows {

  private AccessRows() {}

  static JsonNode binding(String column, Field binding) {
    return Cells.text(
        switch (column) {
          case "Role" -> binding.text("roleRef.kind") + '/' + binding.text("roleRef.name");
          case "Users" -> subjects(binding, "User");
          case "Groups" -> subjects(binding, "Group");
          default -> subjects(binding, "ServiceAccount");
        });
  }

  private static String subjects(Field binding, String kind) {
    return binding.elements("subjects").stream()
        .filter(subject -> subject.text("kind").equals(kind))
        .map(
            subject ->
                kind.equals("ServiceAccount")
                    ? subject.text("namespace") + '/' + subject.text("name")
                    : subject.text("name"))
        .collect(Collectors.joining(", "));
  }

  static JsonNode signingRequest(String column, Field request) {
    Field spec = request.at("spec");
    return Cells.text(
        switch (column) {
          case "SignerName" -> spec.text("signerName");
          case "Requestor" -> spec.text("username");
          case "RequestedDuration" ->
              spec.has("expirationSeconds")
                  ? HumanDuration.of(Duration.ofSeconds(spec.number("expirationSeconds")))
                  : Cells.NONE;
          default -> condition(request.at("status"));
        });
  }

  private static String condition(Field status) {
    Set<String> types = new HashSet<>();
    status.elements("conditions").forEach(each -> types.add(each.text("type")));
    String decision =
        types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
    return decision
        + (types.contains("Failed") ? ",Failed" : "")
        + (status.text("certificate").isEmpty() ? "" : ",Issued");
  }
}
