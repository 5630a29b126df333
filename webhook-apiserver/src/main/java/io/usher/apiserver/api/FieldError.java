package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a field: one cause of an {@code Invalid} status, with the texts of
 * k8s.io/apimachinery's {@code field.Error}.
 *
 * @param reason the kind of problem
 * @param field the path, {@code spec.containers[0].name}
 * @param value the value that is refused; null where the reason shows none, and a missing node
 *     where this error shows none
 * @param detail what is wrong with it, or empty
 */
public record FieldError(Reason reason, String field, @Nullable JsonNode value, String detail) {

  /** The kinds of problem, by the names that causes bear. */
  public enum Reason {
    NOT_FOUND("FieldValueNotFound", "Not found", true),
    REQUIRED("FieldValueRequired", "Required value", false),
    DUPLICATE("FieldValueDuplicate", "Duplicate value", true),
    INVALID("FieldValueInvalid", "Invalid value", true),
    TYPE_INVALID("FieldValueTypeInvalid", "Invalid value", true),
    NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value", true),
    FORBIDDEN("FieldValueForbidden", "Forbidden", false),
    TOO_LONG("FieldValueTooLong", "Too long", false),
    TOO_MANY("FieldValueTooMany", "Too many", true),
    INTERNAL("InternalError", "Internal error", false);

    private final String cause;
    private final String text;
    private final boolean showsValue;

    Reason(String cause, String text, boolean showsValue) {
      this.cause = cause;
      this.text = text;
      this.showsValue = showsValue;
    }

    /** As {@code details.causes[].reason} spells it. */
    public String cause() {
      return cause;
    }
  }

  /** A value is missing. */
  public static FieldError required(String field, String detail) {
    return new FieldError(Reason.REQUIRED, field, null, detail);
  }

  /** A value is not allowed. */
  public static FieldError invalid(String field, @Nullable JsonNode value, String detail) {
    return new FieldError(Reason.INVALID, field, value, detail);
  }

  /** A text is not allowed. */
  public static FieldError invalid(String field, String value, String detail) {
    return invalid(field, TextNode.valueOf(value), detail);
  }

  /** A problem with a value that is too large to be shown. */
  public static FieldError withoutValue(Reason reason, String field, String detail) {
    return new FieldError(reason, field, MissingNode.getInstance(), detail);
  }

  /** The field may not be set, or not be changed. */
  public static FieldError forbidden(String field, String detail) {
    return new FieldError(Reason.FORBIDDEN, field, null, detail);
  }

  /** A value is there twice where it may be once. */
  public static FieldError duplicate(String field, JsonNode value) {
    return new FieldError(Reason.DUPLICATE, field, value, "");
  }

  /**
   * A value is none of those that the field takes.
   *
   * @param supported the values, in the order in which the message lists them
   */
  public static FieldError notSupported(String field, JsonNode value, List<String> supported) {
    String values =
        supported.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "));
    return new FieldError(
        Reason.NOT_SUPPORTED, field, value, values.isEmpty() ? "" : "supported values: " + values);
  }

  /** {@code Invalid value: "x": must be no more than 63 characters}: the cause's message. */
  public String message() {
    String shown = reason.text;
    if (reason.showsValue && (value == null || !value.isMissingNode())) {
      shown += ": " + (value == null ? "null" : shown(value));
    }
    return detail.isEmpty() ? shown : shown + ": " + detail;
  }

  /** As Go writes JSON: fit for a page of HTML. */
  private static String shown(JsonNode value) {
    String json = value.toString();
    return value.isContainerNode()
        ? json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        : json;
  }

  /** The field and the message, as the status' message joins them. */
  @Override
  public String toString() {
    return field + ": " + message();
  }
}
