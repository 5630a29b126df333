package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with the numbers of replicas and the selector of an object that can be scaled.
 *
 * @param specReplicas the path of the wanted number, {@code .spec.replicas}; empty where there is
 *     none
 * @param statusReplicas the path of the present number
 * @param selector the path of the selector, empty where there is none
 */
record ScaleChecks(String specReplicas, String statusReplicas, String selector) {

  static final ScaleChecks NONE = new ScaleChecks("", "", "");

  List<FieldError> check(ObjectNode object) {
    var errors = new ArrayList<FieldError>();
    number(object, specReplicas, errors);
    errors.addAll(checkStatus(object));
    return errors;
  }

  List<FieldError> checkStatus(ObjectNode object) {
    var errors = new ArrayList<FieldError>();
    number(object, statusReplicas, errors);
    JsonNode found = at(object, selector);
    if (!selector.isEmpty() && !found.isMissingNode() && !found.isTextual()) {
      String problem = accessor(selector, found, "string");
      errors.add(FieldError.invalid(selector, TextNode.valueOf(""), problem));
    }
    return errors;
  }

  private static JsonNode at(ObjectNode object, String path) {
    return object.at(path.replace('.', '/'));
  }

  private static void number(ObjectNode object, String path, List<FieldError> errors) {
    JsonNode number = at(object, path);
    if (path.isEmpty() || number.isMissingNode()) {
      return;
    }
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      errors.add(FieldError.invalid(path, IntNode.valueOf(0), accessor(path, number, "int64")));
    } else if (number.longValue() < 0) {
      errors.add(FieldError.invalid(path, number, "should be a non-negative integer"));
    } else if (!number.canConvertToInt()) {
      String problem = "should be less than or equal to " + Integer.MAX_VALUE;
      errors.add(FieldError.invalid(path, number, problem));
    }
  }

  /** As Go says that a value is of another type than the one that is asked for. */
  private static String accessor(String path, JsonNode found, String expected) {
    String type =
        switch (found.getNodeType()) {
          case STRING -> "string";
          case BOOLEAN -> "bool";
          case NUMBER -> found.isIntegralNumber() ? "int64" : "float64";
          case ARRAY -> "[]interface {}";
          case NULL -> "<nil>";
          default -> "map[string]interface {}";
        };
    String shown = found.isTextual() ? found.textValue() : found.toString();
    return path
        + " accessor error: "
        + shown
        + " is of the type "
        + type
        + ", expected "
        + expected;
  }
}
