package io.usher.decisions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.usher.admission.AdmissionRequest;
import io.usher.apiserver.storage.Draft;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchOperation;
import io.usher.rule.Phase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A finished review as the JSON of a Decision. What a client makes up is bounded. */
final class DecisionWriter {

  /** Where decisions are about objects without a namespace, as Events are. */
  static final String CLUSTER_SCOPED = "default";

  /** A name has at most 253 characters. */
  private static final int LONGEST_NAME = 300;

  private static final int LONGEST_MESSAGE = 1_000;

  private static final int MOST_RULES = 50;

  /** A longer patch is told by its number of operations alone. */
  static final int LONGEST_PATCH = 16 << 10;

  private static final JsonFactory JSON = new JsonFactory();

  private final String replica;
  private final String suffix;

  /**
   * @param replica what this one is called
   */
  DecisionWriter(String replica) {
    this.replica = replica;
    suffix = "-%08x".formatted(replica.hashCode());
  }

  /**
   * A Decision.
   *
   * @param key {@code namespace/name}
   */
  record Written(String key, Draft draft) {}

  /**
   * Writes one.
   *
   * @param number of the decision, among this replica's
   */
  Written write(FinishedReview review, AdmissionRequest request, long number, Instant time) {
    String namespace =
        request.namespace().isEmpty() ? CLUSTER_SCOPED : cut(request.namespace(), LONGEST_NAME);
    String name = name(number, time);
    var out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("kind", "Decision");
      json.writeStringField("apiVersion", DecisionTypes.API_VERSION);
      json.writeObjectFieldStart("metadata");
      json.writeStringField("resourceVersion", "");
      json.flush();
      int versionAt = out.size() - 1;
      json.writeStringField("name", name);
      json.writeStringField("namespace", namespace);
      json.writeStringField("uid", uid(name));
      json.writeStringField("creationTimestamp", time.truncatedTo(ChronoUnit.SECONDS).toString());
      json.writeEndObject();
      writeDecision(json, review, request, time);
      json.writeEndObject();
      json.flush();
      return new Written(namespace + '/' + name, new Draft(out.toByteArray(), versionAt, Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sorts by time, whichever replica it is of. */
  private String name(long number, Instant time) {
    long micros = time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    return Long.toString(micros, Character.MAX_RADIX)
        + suffix
        + '-'
        + Long.toString(number, Character.MAX_RADIX);
  }

  private static String uid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private void writeDecision(
      JsonGenerator json, FinishedReview review, AdmissionRequest request, Instant time)
      throws IOException {
    boolean confidential = Confidential.covers(request);
    Phase phase = review.review().endpoint().phase();
    List<String> changedBy = review.changedBy();
    json.writeStringField("decision", decision(review.outcome()));
    json.writeStringField("webhook", review.webhook());
    json.writeStringField("phase", phase == Phase.MUTATING ? "mutating" : "validating");
    String rule = review.rule();
    if (rule == null && review.patch() != null && !changedBy.isEmpty()) {
      rule = changedBy.get(changedBy.size() - 1);
    }
    if (rule != null) {
      json.writeStringField("rule", rule);
    }
    if (changedBy.size() > 1) {
      json.writeArrayFieldStart("changedBy");
      for (String each : changedBy.subList(0, Math.min(changedBy.size(), MOST_RULES))) {
        json.writeString(each);
      }
      json.writeEndArray();
    }
    String message = review.message();
    if (message != null) {
      json.writeStringField(
          "message", confidential ? Confidential.HIDDEN : cut(message, LONGEST_MESSAGE));
    }
    writeRequest(json, request);
    writePatch(json, review.patch(), confidential);
    json.writeNumberField("durationMicros", review.nanos() / 1_000);
    json.writeStringField("replica", replica);
    json.writeStringField("time", time.truncatedTo(ChronoUnit.MICROS).toString());
  }

  static String decision(ReviewOutcome outcome) {
    return switch (outcome) {
      case ALLOWED, NO_OPINION -> "allow";
      case PATCHED -> "mutate";
      case DENIED -> "deny";
      case FAILED -> "error";
    };
  }

  private static void writeRequest(JsonGenerator json, AdmissionRequest request)
      throws IOException {
    json.writeObjectFieldStart("request");
    json.writeStringField("uid", cut(request.uid(), LONGEST_NAME));
    json.writeStringField("user", cut(request.userInfo().username(), LONGEST_NAME));
    json.writeStringField("operation", request.operation().name());
    json.writeStringField("group", cut(request.kind().group(), LONGEST_NAME));
    json.writeStringField("version", cut(request.kind().version(), LONGEST_NAME));
    json.writeStringField("kind", cut(request.kind().kind(), LONGEST_NAME));
    json.writeStringField("resource", cut(request.resource().resource(), LONGEST_NAME));
    if (!request.subResource().isEmpty()) {
      json.writeStringField("subresource", cut(request.subResource(), LONGEST_NAME));
    }
    json.writeStringField("namespace", cut(request.namespace(), LONGEST_NAME));
    json.writeStringField("name", cut(request.name(), LONGEST_NAME));
    json.writeBooleanField("dryRun", request.dryRun());
    json.writeEndObject();
  }

  private static void writePatch(
      JsonGenerator json, @Nullable JsonPatch patch, boolean confidential) throws IOException {
    if (patch == null) {
      return;
    }
    json.writeNumberField("patchOperations", patch.size());
    String text = text(patch, confidential);
    if (text != null) {
      json.writeFieldName("patch");
      json.writeRawValue(text);
    }
  }

  /** Null when it is too long. */
  private static @Nullable String text(JsonPatch patch, boolean confidential) throws IOException {
    var out = new BoundedBytes(LONGEST_PATCH);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      if (confidential) {
        writeWithoutValues(json, patch);
      } else {
        patch.writeTo(json);
      }
    } catch (BoundedBytes.FullException e) {
      return null;
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void writeWithoutValues(JsonGenerator json, JsonPatch patch) throws IOException {
    json.writeStartArray();
    for (PatchOperation operation : patch.operations()) {
      json.writeStartObject();
      json.writeStringField("op", operation.kind().toString());
      json.writeStringField("path", operation.path());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) + "..." : text;
  }

  /** Bytes up to a bound. */
  private static final class BoundedBytes extends ByteArrayOutputStream {
    private final int bound;

    BoundedBytes(int bound) {
      this.bound = bound;
    }

    /** There is more than the bound. */
    static final class FullException extends RuntimeException {
      private static final long serialVersionUID = 1L;

      FullException() {
        super("full", null, false, false);
      }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      if (size() + length > bound) {
        throw new FullException();
      }
      super.write(bytes, from, length);
    }
  }
}
