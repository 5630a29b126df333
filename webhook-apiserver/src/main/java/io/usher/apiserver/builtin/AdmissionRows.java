package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;

/** The Tables of admission policies and their bindings. */
final class AdmissionRows {

  private AdmissionRows() {}

  static JsonNode policy(String column, Field policy) {
    Field spec = policy.at("spec");
    return switch (column) {
      case "Validations" -> Cells.count(spec.at("validations"));
      case "Mutations" -> Cells.count(spec.at("mutations"));
      default ->
          Cells.text(
              spec.has("paramKind")
                  ? spec.text("paramKind.apiVersion") + '/' + spec.text("paramKind.kind")
                  : Cells.UNSET);
    };
  }

  static JsonNode binding(String column, Field binding) {
    if (column.equals("PolicyName")) {
      return Cells.text(binding.text("spec.policyName"));
    }
    Field parameter = binding.at("spec.paramRef");
    String name = parameter.text("name");
    if (name.isEmpty()) {
      return parameter.has("selector")
          ? LabelSelectors.shown(parameter.at("selector").node())
          : Cells.text(Cells.UNSET);
    }
    // whether the parameter has a namespace is not known here
    String namespace = parameter.text("namespace");
    return Cells.text((namespace.isEmpty() ? "*" : namespace) + '/' + name);
  }
}
