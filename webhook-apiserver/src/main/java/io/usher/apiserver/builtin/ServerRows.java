package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;

/** The Tables of kinds that are about the API server itself. */
final class ServerRows {

  private ServerRows() {}

  static JsonNode apiService(String column, Field service) {
    if (column.equals("Service")) {
      Field reference = service.at("spec.service");
      return Cells.text(
          reference.isSet() ? reference.text("namespace") + '/' + reference.text("name") : "Local");
    }
    Field available = condition(service, "Available");
    String status = available.isSet() ? available.text("status") : "Unknown";
    boolean explained = !status.equals("True") && !available.text("reason").isEmpty();
    return Cells.text(explained ? status + " (" + available.text("reason") + ')' : status);
  }

  static JsonNode componentStatus(String column, Field component) {
    for (Field condition : component.elements("conditions")) {
      if (condition.text("type").equals("Healthy")) {
        return Cells.text(
            switch (column) {
              case "Status" -> condition.text("status").equals("True") ? "Healthy" : "Unhealthy";
              case "Message" -> condition.text("message");
              default -> condition.text("error");
            });
      }
    }
    return Cells.text(column.equals("Status") ? "Unknown" : "");
  }

  static JsonNode flowSchema(String column, Field schema) {
    return switch (column) {
      case "PriorityLevel" -> Cells.text(schema.text("spec.priorityLevelConfiguration.name"));
      case "MatchingPrecedence" -> Cells.number(schema.at("spec.matchingPrecedence"));
      case "DistinguisherMethod" ->
          Cells.text(schema.at("spec.distinguisherMethod.type"), Cells.NONE);
      default -> Cells.text(condition(schema, "Dangling").at("status"), "?");
    };
  }

  static JsonNode priorityLevel(String column, Field level) {
    Field limited = level.at("spec.limited");
    Field queuing = limited.at("limitResponse.queuing");
    return switch (column) {
      case "Type" -> Cells.text(level.text("spec.type"));
      case "NominalConcurrencyShares" -> numberIfAny(limited, "nominalConcurrencyShares");
      case "Queues" -> numberIfAny(queuing, "queues");
      case "HandSize" -> numberIfAny(queuing, "handSize");
      default -> numberIfAny(queuing, "queueLengthLimit");
    };
  }

  private static JsonNode numberIfAny(Field owner, String name) {
    return owner.isSet() ? Cells.number(owner.at(name)) : Cells.text(Cells.NONE);
  }

  /** The condition of this type; a field that is not set where there is none. */
  private static Field condition(Field object, String type) {
    return object.elements("status.conditions").stream()
        .filter(each -> each.text("type").equals(type))
        .findFirst()
        .orElse(object.at("status.noSuchCondition"));
  }
}
