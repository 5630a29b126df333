package io.usher.apiserver.watch;

import io.usher.apiserver.api.FrameSink;
import io.usher.apiserver.api.FrameStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A client of a watch: takes frames at once until it is told to stop. */
public final class Frames implements FrameSink {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<String> frames = new ArrayList<>();
  private final List<Runnable> onClose = new ArrayList<>();
  private final int capacity;
  private Runnable untaken;
  private boolean closed;
  private boolean ended;
  private boolean aborted;

  private Frames(int capacity) {
    this.capacity = capacity;
  }

  /** A client that reads all. */
  public static Frames of(FrameStream stream) {
    return reading(Integer.MAX_VALUE, stream);
  }

  /** A client that stops to read once it has so many frames. */
  public static Frames reading(int capacity, FrameStream stream) {
    var frames = new Frames(capacity);
    stream.start(frames);
    return frames;
  }

  @Override
  public void send(List<ByteBuffer> sent, Runnable done) {
    boolean taken;
    synchronized (this) {
      for (ByteBuffer frame : sent) {
        frames.add(StandardCharsets.UTF_8.decode(frame.duplicate()).toString());
      }
      taken = frames.size() < capacity && !closed;
      untaken = taken ? null : done;
      notifyAll();
    }
    if (taken) {
      done.run();
    }
  }

  @Override
  public void close() {
    end(false);
  }

  @Override
  public void abort() {
    end(true);
  }

  private void end(boolean cut) {
    List<Runnable> actions;
    synchronized (this) {
      aborted |= cut && !closed;
      closed = true;
      actions = List.copyOf(onClose);
      onClose.clear();
    }
    actions.forEach(Runnable::run);
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  @Override
  public void onClose(Runnable action) {
    synchronized (this) {
      if (!closed) {
        onClose.add(action);
        return;
      }
    }
    action.run();
  }

  /** Waits until the frames so far are such. */
  public synchronized List<String> await(Predicate<List<String>> such) {
    long end = System.nanoTime() + LIMIT.toNanos();
    try {
      while (!such.test(frames)) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError("after " + LIMIT + " the frames are " + frames);
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return List.copyOf(frames);
  }

  /** Waits for so many frames. */
  public List<String> await(int count) {
    return await(frames -> frames.size() >= count);
  }

  /** Waits for the stream's end. */
  public List<String> awaitEnd() {
    return await(frames -> ended);
  }

  public synchronized boolean ended() {
    return ended;
  }

  public synchronized boolean aborted() {
    return aborted;
  }
}
