package io.usher.apiserver.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An object as it is stored. Immutable; its bytes are shared by every reader.
 *
 * <p>The bytes are those of the watch frame of the write that stored it, {@code
 * {"type":"ADDED","object":{...}}} and a newline, so that lists, gets and watches send them as they
 * are: nothing is encoded twice.
 */
public final class StoredObject {

  private static final byte[] TAIL = "}\n".getBytes(StandardCharsets.US_ASCII);

  private final String key;
  private final long version;
  private final byte[] frame;
  private final int from;
  private final int versionAt;
  private final Map<String, String> labels;

  private StoredObject(
      String key, long version, byte[] frame, int from, int versionAt, Map<String, String> labels) {
    this.key = key;
    this.version = version;
    this.frame = frame;
    this.from = from;
    this.versionAt = versionAt;
    this.labels = labels;
  }

  /**
   * The object that a write stores.
   *
   * @param event how watchers are told of the write
   */
  public static StoredObject of(String key, long version, Draft draft, EventType event) {
    return framed(
        key,
        version,
        draft.json(),
        0,
        draft.json().length,
        draft.versionAt(),
        0,
        draft.labels(),
        event);
  }

  /** The key of an object: {@code namespace/name}, or {@code name} with an empty namespace. */
  public static String key(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + '/' + name;
  }

  /** The same object, told of as another event and with another version. */
  public StoredObject retold(EventType event, long other) {
    int digits = Long.toString(version).length();
    return framed(
        key,
        other,
        frame,
        from,
        frame.length - TAIL.length,
        from + versionAt,
        digits,
        labels,
        event);
  }

  private static StoredObject framed(
      String key,
      long version,
      byte[] source,
      int from,
      int to,
      int versionAt,
      int replaced,
      Map<String, String> labels,
      EventType event) {
    byte[] head = event.frameHead();
    byte[] digits = Long.toString(version).getBytes(StandardCharsets.US_ASCII);
    int before = versionAt - from;
    int after = to - versionAt - replaced;
    byte[] frame = new byte[head.length + before + digits.length + after + TAIL.length];
    ByteBuffer.wrap(frame)
        .put(head)
        .put(source, from, before)
        .put(digits)
        .put(source, versionAt + replaced, after)
        .put(TAIL);
    return new StoredObject(key, version, frame, head.length, before, labels);
  }

  public String key() {
    return key;
  }

  /** The namespace, empty for an object without one. */
  public String namespace() {
    int slash = key.indexOf('/');
    return slash < 0 ? "" : key.substring(0, slash);
  }

  public String name() {
    return key.substring(key.indexOf('/') + 1);
  }

  /** The version of the write that stored it, its {@code metadata.resourceVersion}. */
  public long version() {
    return version;
  }

  public Map<String, String> labels() {
    return labels;
  }

  /** The watch frame of the write that stored it. */
  public ByteBuffer frame() {
    return ByteBuffer.wrap(frame).asReadOnlyBuffer();
  }

  /** The object's JSON, shared with all who read it; not to be written to. */
  public ByteBuffer json() {
    return jsonFrom(0);
  }

  /** The object's JSON without its first bytes. */
  public ByteBuffer jsonFrom(int skipped) {
    return ByteBuffer.wrap(frame, from + skipped, length() - skipped);
  }

  /** The object's JSON behind the event that a watcher is to see in the place of the stored one. */
  public ByteBuffer frame(EventType event) {
    byte[] head = event.frameHead();
    if (head.length == from && frame[FIRST_OF_TYPE] == head[FIRST_OF_TYPE]) {
      return frame();
    }
    return ByteBuffer.allocate(head.length + length() + TAIL.length)
        .put(head)
        .put(frame, from, frame.length - from)
        .flip()
        .asReadOnlyBuffer();
  }

  /** Behind <code>{"type":"</code>: no two event types begin with the same letter. */
  private static final int FIRST_OF_TYPE = 9;

  /**
   * The array that holds the JSON between {@link #from()} and {@link #to()}; never to be changed.
   */
  public byte[] array() {
    return frame;
  }

  public int from() {
    return from;
  }

  public int to() {
    return frame.length - TAIL.length;
  }

  /** The length of the JSON in bytes. */
  public int length() {
    return to() - from;
  }
}
