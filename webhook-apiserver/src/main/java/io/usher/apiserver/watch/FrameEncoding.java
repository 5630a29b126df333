package io.usher.apiserver.watch;

import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.StoredTree;
import java.nio.ByteBuffer;

/** How a watcher's frames look: objects as they are stored, in another version, or as Tables. */
public interface FrameEncoding {

  /**
   * The frame of an event.
   *
   * @param first whether it is the first of the stream
   * @return read-only; may be shared
   */
  ByteBuffer frame(EventType type, StoredTree object, boolean first);

  /**
   * The frame of a bookmark.
   *
   * @param initialEventsEnd whether it ends the initial events and says so
   */
  ByteBuffer bookmark(long version, boolean initialEventsEnd, boolean first);
}
