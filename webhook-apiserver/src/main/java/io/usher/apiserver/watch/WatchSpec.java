package io.usher.apiserver.watch;

import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.StoredTree;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What a watcher wants to see.
 *
 * @param namespace only objects of this namespace; empty for all
 * @param filter only objects that it accepts: an object that begins to be accepted is ADDED, one
 *     that no longer is, DELETED. Called by one thread at a time, and must not wait
 * @param start where the stream begins
 * @param after with {@link Start#AFTER}: the version after which it begins
 * @param bookmarks whether BOOKMARK events are sent
 * @param encoding how the frames look
 * @param timeout when the stream ends
 */
public record WatchSpec(
    String namespace,
    Predicate<StoredTree> filter,
    Start start,
    long after,
    boolean bookmarks,
    FrameEncoding encoding,
    Duration timeout) {

  /** The frame of an ERROR event. */
  public static ByteBuffer error(Status status) {
    return StandardCharsets.UTF_8
        .encode("{\"type\":\"ERROR\",\"object\":" + status.toJson() + "}\n")
        .asReadOnlyBuffer();
  }

  /** Where a stream begins. */
  public enum Start {
    /** With the changes after a version. */
    AFTER,
    /** With the changes from now on. */
    NOW,
    /**
     * With ADDED for each object that is there; with bookmarks one follows that says where they
     * end.
     */
    STATE
  }
}
