package io.usher.decisions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a body line by line, as it comes; one that is longer than it should be is ended. */
final class LineSubscriber implements BodySubscriber<Void> {

  /** A decision has less than half of it. */
  private static final int LONGEST_LINE = 128 << 10;

  private final Consumer<byte[]> lines;
  private final long mostBytes;
  private final CompletableFuture<Void> body = new CompletableFuture<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long bytes;
  private volatile @Nullable Subscription subscription;

  /**
   * @param lines gets each line without its end, one at a time; an empty one says that the peer is
   *     there
   * @param mostBytes of the body
   */
  LineSubscriber(Consumer<byte[]> lines, long mostBytes) {
    this.lines = lines;
    this.mostBytes = mostBytes;
  }

  @Override
  public CompletionStage<Void> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription begun) {
    subscription = begun;
    if (body.isDone()) {
      begun.cancel();
    } else {
      begun.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    try {
      for (ByteBuffer part : parts) {
        bytes += part.remaining();
        take(part);
      }
    } catch (IOException | RuntimeException e) {
      end(e);
    }
  }

  private void take(ByteBuffer part) throws IOException {
    while (part.hasRemaining()) {
      byte next = part.get();
      if (next == '\n') {
        lines.accept(line.toByteArray());
        line.reset();
      } else {
        line.write(next);
      }
    }
    if (line.size() > LONGEST_LINE || bytes > mostBytes) {
      throw new IOException("the answer of a replica is too long");
    }
  }

  /** Wants no more. */
  void end(Throwable why) {
    body.completeExceptionally(why);
    Subscription begun = subscription;
    if (begun != null) {
      begun.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(null);
  }
}
