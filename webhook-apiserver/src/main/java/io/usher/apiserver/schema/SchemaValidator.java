package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.FieldError.Reason;
import io.usher.apiserver.api.GoText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a value by its schema, in the words of the validator that kube-apiserver takes
 * for custom resources, and in its order. What was wrong before a change, and is the same, is not
 * told again.
 */
final class SchemaValidator {

  private static final Set<String> TYPE_META = Set.of("apiVersion", "kind");

  /** Where the value is: behind this each path begins, which texts do not name. */
  private final String prefix;

  /**
   * @param prefix the path of the value, empty for a whole object
   */
  SchemaValidator(String prefix) {
    this.prefix = prefix;
  }

  /**
   * The problems of a value.
   *
   * @param old what may be wrong as it was; null for a new value
   */
  List<FieldError> validate(JsonNode value, SchemaNode schema, @Nullable JsonNode old) {
    Correlation correlation = old == null ? null : new Correlation(old, schema);
    return ratcheted(value, schema, "", correlation).errors();
  }

  private ValidationResult ratcheted(
      JsonNode value, SchemaNode schema, String path, @Nullable Correlation old) {
    ValidationResult result = check(value, schema, path, old);
    return !result.isValid() && old != null && old.value().equals(value)
        ? result.excused()
        : result;
  }

  private ValidationResult check(
      JsonNode value, SchemaNode schema, String path, @Nullable Correlation old) {
    var result = new ValidationResult();
    if (value.isNull()) {
      merge(result, type(value, schema, path));
      merge(result, enumeration(value, schema, path));
      return result;
    }
    if (!schema.type().isEmpty() || schema.isIntOrString() || !schema.format().isEmpty()) {
      step(result, type(value, schema, path));
    }
    step(result, junctors(value, schema, path, old));
    if (value.isTextual()) {
      step(result, text(value, schema, path));
      if (!schema.format().isEmpty() && !List.of("integer", "number").contains(schema.type())) {
        step(result, format(value, schema, path));
      }
    }
    if (value.isNumber()) {
      step(result, number(value, schema, path));
    }
    if (value instanceof ArrayNode list) {
      step(result, list(list, schema, path, old));
    }
    step(result, enumeration(value, schema, path));
    if (value instanceof ObjectNode object) {
      step(result, object(object, schema, path, old));
    }
    result.pass();
    return result;
  }

  private static void step(ValidationResult result, ValidationResult part) {
    result.merge(part);
    result.pass();
  }

  private static void merge(ValidationResult result, ValidationResult part) {
    result.merge(part);
  }

  private void add(
      ValidationResult result, Reason reason, String path, @Nullable JsonNode value, String text) {
    result.add(new FieldError(reason, place(path), value, text));
  }

  /** The field of an error: Go names a path that is none {@code <nil>}. */
  private String place(String path) {
    String relative = path.startsWith(".") ? path.substring(1) : path;
    if (prefix.isEmpty()) {
      return relative.isEmpty() ? "<nil>" : relative;
    }
    return relative.isEmpty() ? prefix : prefix + '.' + relative;
  }

  private void invalid(ValidationResult result, String path, JsonNode value, String text) {
    add(result, Reason.INVALID, path, value, path + " in body " + text);
  }

  /** A problem with alternatives, of which only the text says where it is. */
  private void composite(ValidationResult result, String path, String text) {
    String field = prefix.isEmpty() ? "<nil>" : prefix;
    result.add(FieldError.invalid(field, "", GoText.quote(path) + ' ' + text));
  }

  private ValidationResult type(JsonNode value, SchemaNode schema, String path) {
    var result = new ValidationResult();
    List<String> types =
        schema.isIntOrString()
            ? List.of("integer", "string")
            : schema.type().isEmpty() ? List.of() : List.of(schema.type());
    if (value.isNull()) {
      if (!types.isEmpty() && !schema.isNullable()) {
        wrongType(result, path, String.join(",", types), "null");
      }
      return result;
    }
    String actual = typeOf(value);
    boolean integer = actual.equals("number") && isInteger(value) && types.contains("integer");
    boolean number = actual.equals("integer") && types.contains("number");
    boolean listed = types.contains(actual) || integer || number;
    boolean opaque = value.isTextual() || value.isArray();
    boolean numeric = types.contains("number") || types.contains("integer");
    if (!schema.format().isEmpty() && !opaque && !listed) {
      wrongType(result, path, schema.format(), goFormat(actual));
    } else if (!(!numeric && !schema.format().isEmpty() && opaque) && !listed) {
      wrongType(result, path, String.join(",", types), actual);
    } else {
      result.pass();
    }
    return result;
  }

  private void wrongType(ValidationResult result, String path, String expected, String actual) {
    add(
        result,
        Reason.TYPE_INVALID,
        path,
        TextNode.valueOf(actual),
        path + " in body must be of type " + expected + ": " + GoText.quote(actual));
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> value.isIntegralNumber() && value.canConvertToLong() ? "integer" : "number";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case ARRAY -> "array";
      default -> "object";
    };
  }

  private static String goFormat(String type) {
    return switch (type) {
      case "integer" -> "int64";
      case "number" -> "float64";
      default -> "";
    };
  }

  private static boolean isInteger(JsonNode value) {
    return value.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  private ValidationResult junctors(
      JsonNode value, SchemaNode schema, String path, @Nullable Correlation old) {
    var result = new ValidationResult();
    if (!schema.anyOf().isEmpty()) {
      Alternatives any = alternatives(value, schema.anyOf(), path, old);
      if (any.valid() == 0) {
        composite(result, path, "must validate at least one schema (anyOf)");
      }
      result.merge(any.best());
    }
    if (!schema.oneOf().isEmpty()) {
      Alternatives one = alternatives(value, schema.oneOf(), path, old);
      if (one.valid() != 1) {
        String found =
            one.valid() == 0 ? "Found none valid" : "Found " + one.valid() + " valid alternatives";
        composite(result, path, "must validate one and only one schema (oneOf). " + found);
      }
      if (one.valid() <= 1) {
        result.merge(one.best());
      }
    }
    if (!schema.allOf().isEmpty()) {
      int valid = 0;
      for (SchemaNode each : schema.allOf()) {
        ValidationResult part = check(value, each, path, old);
        valid += part.isValid() ? 1 : 0;
        result.merge(part);
      }
      if (valid != schema.allOf().size()) {
        composite(
            result,
            path,
            "must validate all the schemas (allOf)" + (valid == 0 ? ". None validated" : ""));
      }
    }
    SchemaNode not = schema.not();
    if (not != null && check(value, not, path, old).isValid()) {
      composite(result, path, "must not validate the schema (not)");
    }
    result.pass();
    return result;
  }

  /**
   * What alternatives say of a value.
   *
   * @param valid how many take it
   * @param best what the first says that takes it, else the one that it comes closest to
   */
  private record Alternatives(int valid, ValidationResult best) {}

  private Alternatives alternatives(
      JsonNode value, List<SchemaNode> schemas, String path, @Nullable Correlation old) {
    int valid = 0;
    ValidationResult best = null;
    for (SchemaNode schema : schemas) {
      ValidationResult result = check(value, schema, path, old);
      if (result.isValid()) {
        best = valid == 0 ? result : best;
        valid++;
      } else if (valid == 0 && (best == null || result.passed() > best.passed())) {
        best = result;
      }
    }
    return new Alternatives(valid, best == null ? new ValidationResult() : best);
  }

  private ValidationResult text(JsonNode value, SchemaNode schema, String path) {
    var result = new ValidationResult();
    String text = value.textValue();
    int length = text.codePointCount(0, text.length());
    JsonNode most = schema.limit("maxLength");
    JsonNode least = schema.limit("minLength");
    if (most.isNumber() && length > most.asLong()) {
      add(result, Reason.TOO_LONG, path, null, "may not be more than " + most.asLong() + " bytes");
    } else if (least.isNumber() && length < least.asLong()) {
      invalid(result, path, value, "should be at least " + least.asLong() + " chars long");
    } else if (schema.pattern() != null && !schema.pattern().isIn(text)) {
      String pattern = schema.json().path("pattern").asText();
      invalid(result, path, value, "should match '" + pattern + "'");
    }
    return result;
  }

  private ValidationResult format(JsonNode value, SchemaNode schema, String path) {
    var result = new ValidationResult();
    if (!Formats.accepts(schema.format(), value.textValue())) {
      add(
          result,
          Reason.TYPE_INVALID,
          path,
          value,
          path
              + " in body must be of type "
              + schema.format()
              + ": "
              + GoText.quote(value.textValue()));
    }
    return result;
  }

  private ValidationResult number(JsonNode value, SchemaNode schema, String path) {
    var result = new ValidationResult();
    BigDecimal number = value.decimalValue();
    JsonNode shown = shown(value);
    boolean small = schema.format().equals("int32");
    if (schema.type().equals("integer") && !(isInteger(value) && fits(number, small))) {
      String format =
          schema.format().isEmpty() ? "(default format)" : "with format " + schema.format();
      String problem = "Checked value must be of type integer " + format + " in " + path;
      String field = prefix.isEmpty() ? "<nil>" : prefix;
      result.add(FieldError.invalid(field, "", problem));
    }
    JsonNode multiple = bound(value, schema.limit("multipleOf"));
    if (multiple.isNumber() && multiple.decimalValue().signum() <= 0) {
      String problem =
          "factor MultipleOf declared for " + path + " must be positive: " + shown(multiple);
      add(result, Reason.INVALID, path, shown, problem);
    } else if (multiple.isNumber() && number.remainder(multiple.decimalValue()).signum() != 0) {
      invalid(result, path, shown, "should be a multiple of " + shown(multiple));
    }
    JsonNode minimum = bound(value, schema.limit("minimum"));
    if (minimum.isNumber()) {
      boolean exclusive = schema.isExclusive("exclusiveMinimum");
      int order = number.compareTo(minimum.decimalValue());
      if (order < 0 || exclusive && order == 0) {
        String bound =
            exclusive ? "should be greater than " : "should be greater than or equal to ";
        invalid(result, path, shown, bound + shown(minimum));
      }
    }
    JsonNode maximum = bound(value, schema.limit("maximum"));
    if (maximum.isNumber()) {
      boolean exclusive = schema.isExclusive("exclusiveMaximum");
      int order = number.compareTo(maximum.decimalValue());
      if (order > 0 || exclusive && order == 0) {
        String bound = exclusive ? "should be less than " : "should be less than or equal to ";
        invalid(result, path, shown, bound + shown(maximum));
      }
    }
    result.pass();
    return result;
  }

  private static boolean fits(BigDecimal number, boolean small) {
    long most = small ? Integer.MAX_VALUE : Long.MAX_VALUE;
    return number.abs().compareTo(BigDecimal.valueOf(most).add(BigDecimal.ONE)) <= 0;
  }

  /** What an integer is compared with: kube-apiserver's bound is an integer then, too. */
  private static JsonNode bound(JsonNode value, JsonNode bound) {
    return value.isIntegralNumber() && bound.isNumber()
        ? LongNode.valueOf(bound.decimalValue().longValue())
        : bound;
  }

  /** A number without zeros at its end, as Go prints it. */
  private static JsonNode shown(JsonNode number) {
    BigDecimal decimal = number.decimalValue().stripTrailingZeros();
    return DecimalNode.valueOf(decimal.scale() < 0 ? decimal.setScale(0) : decimal);
  }

  private ValidationResult list(
      ArrayNode list, SchemaNode schema, String path, @Nullable Correlation old) {
    var result = new ValidationResult();
    SchemaNode items = schema.items();
    for (int i = 0; items != null && i < list.size(); i++) {
      Correlation element = old == null ? null : old.element(list.get(i));
      result.merge(ratcheted(list.get(i), items, path + '[' + i + ']', element));
    }
    JsonNode least = schema.limit("minItems");
    if (least.isNumber() && list.size() < least.asLong()) {
      invalid(
          result,
          path,
          IntNode.valueOf(list.size()),
          "should have at least " + least.asLong() + " items");
    }
    tooMany(result, list.size(), schema.limit("maxItems"), path);
    result.pass();
    return result;
  }

  private void tooMany(ValidationResult result, int size, JsonNode most, String path) {
    if (most.isNumber() && size > most.asLong()) {
      String text = "must have at most " + most.asLong() + " items";
      add(result, Reason.TOO_MANY, path, IntNode.valueOf(size), text);
    }
  }

  private ValidationResult enumeration(JsonNode value, SchemaNode schema, String path) {
    var result = new ValidationResult();
    ArrayNode allowed = schema.enumeration();
    if (allowed == null) {
      return result;
    }
    var texts = new ArrayList<String>();
    for (JsonNode each : allowed) {
      if (same(each, value)) {
        return result;
      }
      texts.add(each.isTextual() ? each.textValue() : each.toString());
    }
    result.add(FieldError.notSupported(place(path), value, texts));
    return result;
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.decimalValue().compareTo(other.decimalValue()) == 0
        : !one.isNull() && one.equals(other);
  }

  private ValidationResult object(
      ObjectNode object, SchemaNode schema, String path, @Nullable Correlation old) {
    var result = new ValidationResult();
    JsonNode least = schema.limit("minProperties");
    if (least.isNumber() && object.size() < least.asLong()) {
      invalid(
          result,
          path,
          IntNode.valueOf(object.size()),
          "should have at least " + least.asLong() + " properties");
    }
    tooMany(result, object.size(), schema.limit("maxProperties"), path);
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      boolean property = schema.property(name) != null;
      SchemaNode declared = schema.member(name);
      if (!property && schema.forbidsValues()) {
        add(
            result,
            Reason.INVALID,
            path,
            TextNode.valueOf(name),
            path + '.' + name + " in body is a forbidden property");
      } else if (declared != null) {
        String at = property && path.isEmpty() ? name : path + '.' + name;
        result.merge(member(member.getValue(), name, declared, at, old));
      }
    }
    for (String name : schema.required()) {
      if (!object.has(name)) {
        add(result, Reason.REQUIRED, path + '.' + name, null, "");
      }
    }
    return result;
  }

  private ValidationResult member(
      JsonNode value, String name, SchemaNode schema, String path, @Nullable Correlation old) {
    // Of an object's version there is never an older one to see.
    boolean typeMeta = path.equals(name) && TYPE_META.contains(name);
    Correlation member = old == null || typeMeta ? null : old.member(name);
    return ratcheted(value, schema, path, member);
  }
}
