package io.usher.engine.admission;

import static io.usher.engine.ProtocolException.malformed;
import static io.usher.engine.ProtocolException.quoted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.usher.admission.AdmissionResponse;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import io.usher.engine.ReviewWalk;
import io.usher.json.ContainerOffsets;
import io.usher.json.Utf8;
import java.io.IOException;
import java.util.Set;

/**
 * {@code AdmissionReview} between bytes and records, as {@code k8s.io/api/admission/v1} and {@code
 * v1beta1} define it. Thread-safe.
 *
 * <p>Expected flow: {@link #decode}, rules, {@link #encode} with the review that was decoded, so
 * that the answer bears its version and uid.
 *
 * <p>Guarantees: a body that decodes is UTF-8, one JSON document without duplicate names, within
 * the limits; object, oldObject and options are not parsed beyond that until somebody reads them.
 */
final class AdmissionCodec {

  private static final Set<String> VERSIONS =
      Set.of("admission.k8s.io/v1", "admission.k8s.io/v1beta1");

  /**
   * Of a member's name, in bytes; a parser takes 14 times as much for it, and only then is it
   * counted. Kubernetes' own have at most 317 characters.
   */
  private static final int MAX_NAME = 10_000;

  private final ReviewLimits limits;
  private final JsonFactory factory;

  AdmissionCodec(ReviewLimits limits) {
    this.limits = limits;
    this.factory =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.maxDepth())
                    .maxStringLength(limits.maxStringLength())
                    .maxNameLength(Math.min(limits.maxStringLength(), MAX_NAME))
                    .maxNumberLength(limits.maxNumberLength())
                    .build())
            .build();
  }

  /**
   * Decodes a request.
   *
   * @param body kept by the result, and must not change
   * @param memory gives what is made of the body, before it is made
   */
  AdmissionReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    if (body.length > limits.maxBodyBytes()) {
      throw new ProtocolException(
          413, "the body has more than " + limits.maxBodyBytes() + " bytes");
    }
    requireUtf8(body);
    memory.takeText(body.length);
    try {
      JsonParser parser = factory.createParser(body);
      var walk = new ReviewWalk(parser, limits, body.length, memory);
      var reader = new AdmissionReader(walk, parser, body);
      if (walk.next() != JsonToken.START_OBJECT) {
        throw malformed("the body is not an object");
      }
      walk.object(reader::envelope);
      requireEnd(body, ContainerOffsets.offset(parser) + 1);
      if (walk.namesMayStay()) {
        // Leaves its names to the parsers after it; those of a body that is refused may be long.
        parser.close();
      }
      return review(reader);
    } catch (StreamConstraintsException | JsonParseException e) {
      String at = e.getLocation() == null ? "" : " at " + e.getLocation().offsetDescription();
      throw malformed(quoted(e.getOriginalMessage()) + at);
    } catch (IOException e) {
      throw malformed(quoted(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Encodes this webhook's answer to this review.
   *
   * @param memory gives what the answer needs, before it is made
   */
  byte[] encode(
      String webhook, AdmissionReview review, AdmissionResponse response, ReviewMemory memory)
      throws IOException, ProtocolException {
    try {
      return AdmissionWriter.write(factory, webhook, review, response, memory);
    } catch (IOException e) {
      if (e.getCause() instanceof ProtocolException problem) {
        throw problem;
      }
      throw e;
    }
  }

  /**
   * JSON's own detection would take UTF-16 and UTF-32 as well, and the API server sends neither.
   */
  private static void requireUtf8(byte[] body) throws ProtocolException {
    if (body.length == 0) {
      throw malformed("the body is empty");
    }
    int malformed = Utf8.firstMalformed(body);
    boolean wide = body.length > 1 && (body[0] == 0 || body[1] == 0);
    boolean marked = body.length > 2 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB;
    if (malformed >= 0 || wide || marked) {
      throw malformed(
          "the body is not UTF-8 without a byte order mark (byte " + Math.max(0, malformed) + ")");
    }
  }

  /** By hand: a parser that meets the end closes itself. */
  private static void requireEnd(byte[] body, int end) throws ProtocolException {
    for (int i = end; i < body.length; i++) {
      if (body[i] != ' ' && body[i] != '\n' && body[i] != '\r' && body[i] != '\t') {
        throw malformed("there is more behind the review, at byte " + i);
      }
    }
  }

  private static AdmissionReview review(AdmissionReader reader) throws ProtocolException {
    if (!VERSIONS.contains(reader.apiVersion) || !reader.kind.equals("AdmissionReview")) {
      throw malformed(
          "apiVersion \""
              + quoted(reader.apiVersion)
              + "\", kind \""
              + quoted(reader.kind)
              + "\" is not AdmissionReview of admission.k8s.io/v1 or v1beta1");
    }
    return new AdmissionReview(reader.apiVersion, reader.request());
  }
}
