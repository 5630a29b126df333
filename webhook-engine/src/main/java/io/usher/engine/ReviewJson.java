package io.usher.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.usher.json.ContainerOffsets;
import io.usher.json.Utf8;
import java.io.IOException;

/**
 * The JSON of one kind's reviews: what every body must be, whatever is in it, and the bytes of the
 * answers. Thread-safe.
 *
 * <p>Guarantees: a body that is read is UTF-8, one JSON document without duplicate names, within
 * the limits; its version and kind are those of the reviews.
 */
public final class ReviewJson {

  /**
   * Of a member's name, in bytes; a parser takes 14 times as much for it, and only then is it
   * counted. Kubernetes' own have at most 317 characters.
   */
  private static final int MAX_NAME = 10_000;

  private final String group;
  private final Wording wording;
  private final ReviewLimits limits;
  private final JsonFactory factory;

  /**
   * Of the versions v1 and v1beta1 of a kind.
   *
   * @param group its API group, {@code admission.k8s.io}
   * @param kind its kind, {@code AdmissionReview}
   */
  public ReviewJson(String group, String kind, ReviewLimits limits) {
    this(group, new Wording(kind, true), limits);
  }

  /** Of a kind whose bodies hold secrets: no message quotes anything of them. */
  public static ReviewJson ofSecrets(String group, String kind, ReviewLimits limits) {
    return new ReviewJson(group, new Wording(kind, false), limits);
  }

  private ReviewJson(String group, Wording wording, ReviewLimits limits) {
    this.group = group;
    this.wording = wording;
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
   * Gathers the members of one review but for {@code apiVersion} and {@code kind}, which are alike
   * for all.
   *
   * @param <R> what is gathered
   */
  public interface Reader<R> extends ReviewWalk.Member {

    /**
     * What the members make, once all of them are read.
     *
     * @param apiVersion of the review: its group's {@code v1} or {@code v1beta1}
     */
    R review(String apiVersion) throws ProtocolException;
  }

  /** Reads what all reviews have, and leaves the rest to the reader of one kind. */
  private static final class Envelope implements ReviewWalk.Member {

    private final ReviewWalk walk;
    private final Reader<?> reader;
    private String apiVersion = "";
    private String kind = "";

    Envelope(ReviewWalk walk, Reader<?> reader) {
      this.walk = walk;
      this.reader = reader;
    }

    @Override
    public void read(String member) throws IOException, ProtocolException {
      switch (member) {
        case "apiVersion" -> apiVersion = walk.string();
        case "kind" -> kind = walk.string();
        default -> reader.read(member);
      }
    }
  }

  /**
   * Makes the reader of one body.
   *
   * @param <R> what is gathered
   */
  @FunctionalInterface
  public interface Readers<R> {
    /** One that reads with this walk, which looks at all that is passed, and its parser. */
    Reader<R> of(ReviewWalk walk, JsonParser parser);
  }

  /** Writes an answer. */
  @FunctionalInterface
  public interface Content {
    /** Writes it whole. */
    void writeTo(JsonGenerator json) throws IOException;
  }

  /**
   * Reads a body.
   *
   * @param memory gives what is made of the body, before it is made
   */
  public <R> R read(byte[] body, ReviewMemory memory, Readers<R> readers) throws ProtocolException {
    return read(body, body.length, memory, readers);
  }

  /**
   * Reads a body.
   *
   * @param text how much of the body is text at one time, at most
   * @param memory gives what is made of the body, before it is made
   */
  public <R> R read(byte[] body, int text, ReviewMemory memory, Readers<R> readers)
      throws ProtocolException {
    if (body.length > limits.maxBodyBytes()) {
      throw new ProtocolException(
          413, "the body has more than " + limits.maxBodyBytes() + " bytes");
    }
    requireUtf8(body);
    memory.takeText(text);
    try {
      JsonParser parser = factory.createParser(body);
      var walk = new ReviewWalk(wording, parser, limits, body.length, memory);
      Reader<R> reader = readers.of(walk, parser);
      if (walk.next() != JsonToken.START_OBJECT) {
        throw wording.malformed("the body is not an object");
      }
      var envelope = new Envelope(walk, reader);
      walk.object(envelope);
      requireEnd(body, ContainerOffsets.offset(parser) + 1);
      if (walk.namesMayStay()) {
        // Leaves its names to the parsers after it; those of a body that is refused may be long.
        parser.close();
      }
      requireType(envelope);
      return reader.review(envelope.apiVersion);
    } catch (StreamConstraintsException | JsonParseException e) {
      String at = e.getLocation() == null ? "" : " at " + e.getLocation().offsetDescription();
      throw wording.malformed(wording.quoted(e.getOriginalMessage()) + at);
    } catch (IOException e) {
      throw wording.malformed(wording.quoted(String.valueOf(e.getMessage())));
    }
  }

  /**
   * The bytes of an answer.
   *
   * @param room in bytes, for most answers
   * @param memory gives what the answer needs, before it is made
   */
  public byte[] write(int room, ReviewMemory memory, Content content)
      throws IOException, ProtocolException {
    var bytes = new PaidBytes(room, memory);
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      content.writeTo(json);
    } catch (IOException e) {
      if (e.getCause() instanceof ProtocolException problem) {
        throw problem;
      }
      throw e;
    }
    return bytes.toByteArray();
  }

  /**
   * JSON's own detection would take UTF-16 and UTF-32 as well, and the API server sends neither.
   */
  private void requireUtf8(byte[] body) throws ProtocolException {
    if (body.length == 0) {
      throw wording.malformed("the body is empty");
    }
    int wrong = Utf8.firstMalformed(body);
    boolean wide = body.length > 1 && (body[0] == 0 || body[1] == 0);
    boolean marked = body.length > 2 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB;
    if (wrong >= 0 || wide || marked) {
      throw wording.malformed(
          "the body is not UTF-8 without a byte order mark (byte " + Math.max(0, wrong) + ")");
    }
  }

  /** By hand: a parser that meets the end closes itself. */
  private void requireEnd(byte[] body, int end) throws ProtocolException {
    for (int i = end; i < body.length; i++) {
      if (body[i] != ' ' && body[i] != '\n' && body[i] != '\r' && body[i] != '\t') {
        throw wording.malformed("there is more behind the review, at byte " + i);
      }
    }
  }

  private void requireType(Envelope envelope) throws ProtocolException {
    String version = envelope.apiVersion;
    boolean known = version.equals(group + "/v1") || version.equals(group + "/v1beta1");
    if (!known || !envelope.kind.equals(wording.kind())) {
      throw wording.malformed(
          "apiVersion \"%s\", kind \"%s\" is not %s of %s/v1 or v1beta1"
              .formatted(
                  wording.quoted(version), wording.quoted(envelope.kind), wording.kind(), group));
    }
  }
}
