package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Status} of failure: every error of the API. The factories have the reasons, codes and
 * texts of k8s.io/apimachinery's {@code api/errors}.
 *
 * @param code the HTTP status code
 * @param reason the reason in CamelCase, or empty
 * @param message for people
 * @param details what it is about; null for nothing
 * @param continueToken with which the rest of an expired list may be had, or empty
 */
public record Status(
    int code, String reason, String message, @Nullable Details details, String continueToken) {

  /** A status that gives no token. */
  public Status(int code, String reason, String message, @Nullable Details details) {
    this(code, reason, message, details, "");
  }

  /**
   * What a status is about. Texts may be empty, {@code retryAfterSeconds} 0.
   *
   * @param name the object's name
   * @param group the API group of {@code kind}
   * @param kind the resource, or for Invalid the kind
   * @param uid the object's uid
   * @param causes the single problems
   * @param retryAfterSeconds when the client should try again
   */
  public record Details(
      String name,
      String group,
      String kind,
      String uid,
      List<Cause> causes,
      int retryAfterSeconds) {
    /** Nothing known. */
    static final Details UNKNOWN = new Details("", "", "", "", List.of(), 0);

    public Details {
      causes = List.copyOf(causes);
    }

    static Details of(GroupResource resource, String name) {
      return new Details(name, resource.group(), resource.resource(), "", List.of(), 0);
    }

    /** Of problems alone. */
    public static Details of(Cause... causes) {
      return new Details("", "", "", "", List.of(causes), 0);
    }

    private void into(ObjectNode json) {
      put(json, "name", name);
      put(json, "group", group);
      put(json, "kind", kind);
      put(json, "uid", uid);
      if (!causes.isEmpty()) {
        ArrayNode array = json.putArray("causes");
        for (Cause cause : causes) {
          ObjectNode each = array.addObject();
          put(each, "reason", cause.reason);
          put(each, "message", cause.message);
          put(each, "field", cause.field);
        }
      }
      if (retryAfterSeconds > 0) {
        json.put("retryAfterSeconds", retryAfterSeconds);
      }
    }

    Details retryAfter(int seconds) {
      return new Details(name, group, kind, uid, causes, seconds);
    }
  }

  /**
   * One problem among several. Texts may be empty.
   *
   * @param reason the kind of problem, {@code FieldValueRequired}
   * @param message for people
   * @param field the path in the object
   */
  public record Cause(String reason, String message, String field) {}

  /** 400: the request can't be understood. */
  public static Status badRequest(String message) {
    return new Status(400, "BadRequest", message, null);
  }

  /** 401. */
  public static Status unauthorized() {
    return new Status(401, "Unauthorized", "Unauthorized", null);
  }

  /**
   * 403.
   *
   * @param resource empty for a path that is no resource
   * @param name the object, or empty
   */
  public static Status forbidden(GroupResource resource, String name, String why) {
    String what = name.isEmpty() ? resource.toString() : resource + " \"" + name + '"';
    return new Status(
        403,
        "Forbidden",
        (what.isEmpty() ? "" : what + " is ") + "forbidden: " + why,
        Details.of(resource, name));
  }

  /** 404. */
  public static Status notFound(GroupResource resource, String name) {
    return new Status(
        404, "NotFound", resource + " \"" + name + "\" not found", Details.of(resource, name));
  }

  /** 404: there is nothing at this path. */
  public static Status noSuchResource() {
    return new Status(
        404, "NotFound", "the server could not find the requested resource", Details.UNKNOWN);
  }

  /** 405: the path does not have the method. */
  public static Status methodNotAllowed() {
    return new Status(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        Details.UNKNOWN);
  }

  /** 405: the resource does not have the verb. */
  public static Status methodNotSupported(GroupResource resource, String verb) {
    return new Status(
        405,
        "MethodNotAllowed",
        verb + " is not supported on resources of kind \"" + resource + '"',
        Details.of(resource, ""));
  }

  /** 406. */
  public static Status notAcceptable(String message) {
    return new Status(406, "NotAcceptable", message, null);
  }

  /**
   * 406: the client takes no type that there is at all.
   *
   * @param types those that there are
   */
  public static Status noRepresentation(String types) {
    return new Status(
        406,
        "NotAcceptable",
        "406: Not Acceptable\n\nAvailable representations: " + types,
        Details.UNKNOWN);
  }

  /** 409: the name is taken. */
  public static Status alreadyExists(GroupResource resource, String name) {
    return new Status(
        409,
        "AlreadyExists",
        resource + " \"" + name + "\" already exists",
        Details.of(resource, name));
  }

  /** 409: the object is not as the client expects it. */
  public static Status conflict(GroupResource resource, String name, String why) {
    return new Status(
        409,
        "Conflict",
        "Operation cannot be fulfilled on " + resource + " \"" + name + "\": " + why,
        Details.of(resource, name));
  }

  /** 410: the version that the client asks for is no longer known. */
  public static Status expired(String message) {
    return new Status(410, "Expired", message, null);
  }

  /** 413. */
  public static Status requestEntityTooLarge(String message) {
    return new Status(413, "RequestEntityTooLarge", "Request entity too large: " + message, null);
  }

  /** 415. */
  public static Status unsupportedMediaType(String message) {
    return new Status(415, "UnsupportedMediaType", message, null);
  }

  /** 415: the resource takes no such type. */
  public static Status noSuchMediaType() {
    return new Status(415, "UnsupportedMediaType", "415: Unsupported Media Type", Details.UNKNOWN);
  }

  /** 422: a patch does not fit. */
  public static Status rejected() {
    return new Status(
        422,
        "Invalid",
        "the server rejected our request due to an error in our request",
        Details.UNKNOWN);
  }

  /**
   * 422: fields are wrong.
   *
   * @param group the group of the kind
   * @param errors at least one
   */
  public static Status invalid(String group, String kind, String name, List<FieldError> errors) {
    var causes = new ArrayList<Cause>(errors.size());
    var texts = new LinkedHashSet<String>();
    for (FieldError error : errors) {
      causes.add(new Cause(error.reason().cause(), error.message(), error.field()));
      texts.add(error.toString());
    }
    String problems = String.join(", ", texts);
    if (texts.size() > 1) {
      problems = '[' + problems + ']';
    }
    return new Status(
        422,
        "Invalid",
        new GroupResource(group, kind) + " \"" + name + "\" is invalid: " + problems,
        new Details(name, group, kind, "", causes, 0));
  }

  /** 429. */
  public static Status tooManyRequests(String message, int retryAfterSeconds) {
    return new Status(
        429, "TooManyRequests", message, Details.UNKNOWN.retryAfter(retryAfterSeconds));
  }

  /** 500: a fault of the server. */
  public static Status internalError(String message) {
    return new Status(
        500,
        "InternalError",
        "Internal error occurred: " + message,
        Details.of(new Cause("", message, "")));
  }

  /** 503. */
  public static Status serviceUnavailable(String message) {
    return new Status(503, "ServiceUnavailable", message, null);
  }

  /** 503: nothing was done, and the same may go well later. */
  public static Status serviceUnavailable(String message, int retryAfterSeconds) {
    return new Status(
        503, "ServiceUnavailable", message, Details.UNKNOWN.retryAfter(retryAfterSeconds));
  }

  /** 504. */
  public static Status timeout(String message, int retryAfterSeconds) {
    return new Status(
        504, "Timeout", "Timeout: " + message, Details.UNKNOWN.retryAfter(retryAfterSeconds));
  }

  /** 504: the version that the client asks for is not reached. */
  public static Status tooLargeResourceVersion(long asked, long current) {
    return new Status(
        504,
        "Timeout",
        "Timeout: Too large resource version: " + asked + ", current: " + current,
        Details.of(new Cause("ResourceVersionTooLarge", "Too large resource version", ""))
            .retryAfter(1));
  }

  /**
   * What another server answered.
   *
   * @param resource that it was asked for
   * @param text what it said
   */
  public static Status ofServer(int code, GroupResource resource, String name, String text) {
    String reason =
        switch (code) {
          case 401 -> "Unauthorized";
          case 403 -> "Forbidden";
          case 404 -> "NotFound";
          case 405 -> "MethodNotAllowed";
          case 409 -> "Conflict";
          case 429 -> "TooManyRequests";
          case 503 -> "ServiceUnavailable";
          case 504 -> "Timeout";
          default -> code >= 500 ? "InternalError" : "";
        };
    String message =
        switch (code) {
          case 401 -> "the server has asked for the client to provide credentials";
          case 403 -> text;
          case 404 -> "the server could not find the requested resource";
          case 405 -> "the server does not allow this method on the requested resource";
          case 409 -> "the server reported a conflict";
          case 429 ->
              "the server has received too many requests and has asked us to try again later";
          case 503 -> "the server is currently unable to handle the request";
          case 504 ->
              "the server was unable to return a response in the time allotted, but may still be"
                  + " processing the request";
          default ->
              code >= 500
                  ? "an error on the server ("
                      + GoText.quote(text)
                      + ") has prevented the request from succeeding"
                  : "the server responded with the status code "
                      + code
                      + " but did not return more information";
        };
    return new Status(
        code, reason, message + " ( " + resource + ' ' + name + ')', Details.of(resource, name));
  }

  /** The same about the same object, with another code and reason, and these causes. */
  public Status because(int otherCode, String otherReason, List<Cause> causes) {
    Details about = details == null ? Details.UNKNOWN : details;
    return new Status(
        otherCode,
        otherReason,
        message,
        new Details(
            about.name, about.group, about.kind, about.uid, causes, about.retryAfterSeconds),
        continueToken);
  }

  /** The {@code v1 Status}. */
  public ObjectNode toJson() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status").put("apiVersion", "v1");
    ObjectNode metadata = status.putObject("metadata");
    put(metadata, "continue", continueToken);
    status.put("status", "Failure");
    put(status, "message", message);
    put(status, "reason", reason);
    if (details != null) {
      details.into(status.putObject("details"));
    }
    return status.put("code", code);
  }

  private static void put(ObjectNode json, String member, String text) {
    if (!text.isEmpty()) {
      json.put(member, text);
    }
  }
}
