package io.usher.apiserver.storage;

import java.nio.charset.StandardCharsets;

/** What a watcher is told of an object. */
public enum EventType {
  ADDED,
  MODIFIED,
  DELETED,
  BOOKMARK,
  ERROR;

  private final byte[] frameHead =
      ("{\"type\":\"" + name() + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);

  /** What stands before the object in a watch frame; not to be changed. */
  byte[] frameHead() {
    return frameHead;
  }
}
