package io.usher.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.patch.JsonPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a rule decides. Made by the factories; a value, so the same one may be returned often. */
public sealed interface Decision {

  /** What a decision can be: each kind has a type of its own. */
  enum Kind {
    /** {@link Decision#allow()}. */
    ALLOW,
    /** {@link Decision#deny(String)}. */
    DENY,
    /** {@link Decision#replace(Object)}. */
    REPLACE,
    /** {@link Decision#patch(JsonPatch)}. */
    PATCH,
    /** {@link Decision#mergePatch(JsonNode)}. */
    MERGE_PATCH,
    /** {@link Decision#strategicMergePatch(JsonNode)}. */
    STRATEGIC_MERGE_PATCH
  }

  /** What it is. */
  Kind kind();

  /** The request may go on; a mutator's edits in place count. */
  static Decision allow() {
    return Allow.INSTANCE;
  }

  /**
   * The request is denied, with code 403 and reason {@code Forbidden} unless told otherwise.
   *
   * <p>kubectl prints {@code Error from server (REASON): ... admission webhook "NAME" denied the
   * request: MESSAGE}.
   */
  static Deny deny(String message) {
    return new Deny(new Status(403, "Forbidden", message, List.of(), 0));
  }

  /**
   * The object is to be this one: a fabric8 model, a {@code GenericKubernetesResource} or a JSON
   * tree. What the type of a typed object does not know is kept from the object as it was.
   */
  static Decision replace(Object object) {
    return new Replace(Objects.requireNonNull(object, "object"));
  }

  /** The object is to be changed by this patch, strictly by RFC 6902. */
  static Decision patch(JsonPatch patch) {
    return new Patch(Objects.requireNonNull(patch, "patch"));
  }

  /** The object is to be changed by this JSON merge patch (RFC 7386). */
  static Decision mergePatch(JsonNode patch) {
    return new MergePatch(Objects.requireNonNull(patch, "patch"));
  }

  /** The object is to be changed by this strategic merge patch. Not for custom resources. */
  static Decision strategicMergePatch(JsonNode patch) {
    return new StrategicPatch(Objects.requireNonNull(patch, "patch"));
  }

  /** See {@link #allow()}. */
  enum Allow implements Decision {
    /** The one value. */
    INSTANCE;

    @Override
    public Kind kind() {
      return Kind.ALLOW;
    }
  }

  /** See {@link #replace(Object)}. */
  record Replace(Object object) implements Decision {
    @Override
    public Kind kind() {
      return Kind.REPLACE;
    }
  }

  /** See {@link #patch(JsonPatch)}. */
  record Patch(JsonPatch patch) implements Decision {
    @Override
    public Kind kind() {
      return Kind.PATCH;
    }
  }

  /** See {@link #mergePatch(JsonNode)}. */
  record MergePatch(JsonNode patch) implements Decision {
    @Override
    public Kind kind() {
      return Kind.MERGE_PATCH;
    }
  }

  /** See {@link #strategicMergePatch(JsonNode)}. */
  record StrategicPatch(JsonNode patch) implements Decision {
    @Override
    public Kind kind() {
      return Kind.STRATEGIC_MERGE_PATCH;
    }
  }

  /** See {@link #deny(String)}. Each method gives a changed copy. */
  record Deny(Status status) implements Decision {

    @Override
    public Kind kind() {
      return Kind.DENY;
    }

    /** With this HTTP status, 400 to 599. */
    public Deny code(int code) {
      if (code < 400 || code > 599) {
        throw new IllegalArgumentException("code " + code + " is not from 400 to 599");
      }
      return with(code, status.reason(), status.causes(), status.retryAfterSeconds());
    }

    /** With this machine-readable reason, {@code Invalid}. */
    public Deny reason(String reason) {
      return with(status.code(), reason, status.causes(), status.retryAfterSeconds());
    }

    /**
     * With one more wrong field; the reason becomes {@code Invalid} and the code 422.
     *
     * <p>kubectl prints a list for the reason {@code Invalid}: the denial's message first, unless a
     * cause has the same, then each cause as {@code FIELD: MESSAGE}.
     */
    public Deny cause(String field, String message) {
      return cause(field, message, "FieldValueInvalid");
    }

    /** With one more wrong field and why; the reason becomes {@code Invalid} and the code 422. */
    public Deny cause(String field, String message, String reason) {
      var causes = new ArrayList<>(status.causes());
      causes.add(new StatusCause(reason, message, field));
      return with(422, "Invalid", causes, status.retryAfterSeconds());
    }

    /** With a time after which the client may try again, at least 1 s. */
    public Deny retryAfterSeconds(int seconds) {
      if (seconds < 1) {
        throw new IllegalArgumentException("retryAfterSeconds " + seconds + " is less than 1");
      }
      return with(status.code(), status.reason(), status.causes(), seconds);
    }

    private Deny with(int code, String reason, List<StatusCause> causes, int retryAfterSeconds) {
      return new Deny(new Status(code, reason, status.message(), causes, retryAfterSeconds));
    }
  }
}
