package io.usher.decisions;

import io.usher.apiserver.api.FrameSink;
import io.usher.apiserver.api.FrameStream;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.ObjectSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The decisions that other replicas follow. A peer that does not read is cut off. */
final class PeerStreams {

  /** What a peer may leave unread. */
  private static final long MOST_UNREAD = 1 << 20;

  private static final ByteBuffer NEW_LINE =
      ByteBuffer.wrap("\n".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

  private final Set<Stream> open = ConcurrentHashMap.newKeySet();

  FrameStream stream(Replica replica, long after) {
    return sink -> {
      var stream = new Stream(sink);
      open.add(stream);
      Runnable follow = replica.follow(after, stream);
      sink.onClose(
          () -> {
            follow.run();
            open.remove(stream);
          });
    };
  }

  /** Says that this replica is there, to all who follow; called from time to time. */
  void beat() {
    open.forEach(each -> each.add(NEW_LINE));
  }

  private static final class Stream implements ObjectSource.Follower {
    private final FrameSink sink;
    private List<ByteBuffer> unread = new ArrayList<>();
    private long unreadBytes;
    private boolean sending;
    private @Nullable Status end;

    Stream(FrameSink sink) {
      this.sink = sink;
    }

    @Override
    public void changed(Change change) {
      ByteBuffer json = change.object().json();
      add(ByteBuffer.allocate(json.remaining() + 1).put(json).put((byte) '\n').flip());
    }

    @Override
    public synchronized void ended(Status status) {
      end = status;
      send();
    }

    synchronized void add(ByteBuffer line) {
      unread.add(line);
      unreadBytes += line.remaining();
      if (unreadBytes > MOST_UNREAD) {
        unread.clear();
        sink.abort();
      } else {
        send();
      }
    }

    private void send() {
      if (sending) {
        return;
      }
      if (!unread.isEmpty()) {
        sending = true;
        List<ByteBuffer> lines = unread;
        unread = new ArrayList<>();
        unreadBytes = 0;
        sink.send(lines, this::sent);
      } else if (end != null) {
        sending = true;
        ByteBuffer last = StandardCharsets.UTF_8.encode(end.toJson() + "\n");
        sink.send(List.of(last), sink::close);
      }
    }

    private synchronized void sent() {
      sending = false;
      send();
    }
  }
}
