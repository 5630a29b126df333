package io.usher.engine.conversion;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.usher.conversion.ConversionRequest;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewMemory;
import io.usher.engine.ReviewWalk;
import io.usher.json.ContainerOffsets;
import java.io.IOException;
import java.util.Arrays;

/**
 * Gathers one review's members, and where its objects are. What is counted for an object is given
 * back behind it: one at a time will be parsed.
 */
final class ConversionReader implements ReviewJson.Reader<ConversionReview> {

  /** Of objects whose places are kept at once; a page of a list has 500. */
  private static final int EXPECTED = 512;

  /** A typed conversion has the object, and each type's view of it, as JSON. */
  private static final int TREES = 3;

  private final ReviewWalk walk;
  private final JsonParser parser;
  private final byte[] body;
  private final ReviewMemory memory;

  /** What is taken when nothing has been read, the body alone. */
  private final long takenBefore;

  private String uid = "";
  private String desired = "";
  private boolean listed;
  private int[] spans = new int[2 * EXPECTED];
  private int count;
  private int largest;
  private long mostValues;

  ConversionReader(
      ReviewWalk walk, JsonParser parser, byte[] body, ReviewMemory memory, long takenBefore) {
    this.walk = walk;
    this.parser = parser;
    this.body = body;
    this.memory = memory;
    this.takenBefore = takenBefore;
  }

  /** Reads a member of the envelope. */
  @Override
  public void read(String member) throws IOException, ProtocolException {
    switch (member) {
      case "request" -> walk.object(this::request);
      default -> walk.skip();
    }
  }

  private void request(String member) throws IOException, ProtocolException {
    switch (member) {
      case "uid" -> uid = walk.string();
      case "desiredAPIVersion" -> desired = walk.string();
      case "objects" -> {
        listed = parser.currentToken() == JsonToken.START_ARRAY;
        walk.array(element -> object());
      }
      default -> walk.skip();
    }
  }

  private void object() throws IOException, ProtocolException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw walk.malformed("request.objects[" + count + "] is not an object");
    }
    long before = memory.taken();
    int from = ContainerOffsets.offset(parser);
    walk.skip();
    int to = ContainerOffsets.offset(parser) + 1;
    mostValues = Math.max(mostValues, memory.taken() - before);
    largest = Math.max(largest, to - from);
    memory.giveBackTo(before);
    if (2 * count == spans.length) {
      memory.take(2L * spans.length * Integer.BYTES);
      spans = Arrays.copyOf(spans, 2 * spans.length);
    }
    spans[2 * count] = from;
    spans[2 * count + 1] = to;
    count++;
  }

  /** The review, for which memory is taken from now on as its objects need it one by one. */
  @Override
  public ConversionReview review(String apiVersion) throws ProtocolException {
    walk.require(!uid.isEmpty(), "request.uid");
    walk.require(!desired.isEmpty(), "request.desiredAPIVersion");
    walk.require(listed, "request.objects");
    memory.giveBackTo(takenBefore);
    memory.take((long) spans.length * Integer.BYTES + TREES * mostValues);
    memory.takeText(largest);
    return new ConversionReview(
        apiVersion, new ConversionRequest(uid, desired, count), body, spans, memory);
  }
}
