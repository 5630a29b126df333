package io.usher.benchmarks.hostile;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The API server and the kubelet that must not suffer: reviews one after another, on a kept
 * connection and now and then on a new one, and probes. From an address of its own.
 */
final class Victim implements AutoCloseable {

  /** A review has ten seconds, as the API server grants by default. */
  private static final Duration REVIEW = Duration.ofSeconds(10);

  /**
   * What three failed liveness probes of the manifest come to is 30 s; this machine may be slow.
   */
  private static final Duration PROBE = Duration.ofSeconds(5);

  private static final int REVIEWS_PER_CONNECTION = 10;

  private final Target target;
  private final Thread thread = new Thread(this::run, "victim");
  private volatile boolean ended;
  private int reviews;
  private int retries;
  private long worstReview;
  private long worstProbe;
  private String failure = "";

  Victim(Target target) {
    this.target = target;
    thread.start();
  }

  private void run() {
    while (!ended) {
      try (var client = Client.victim(target)) {
        for (int i = 0; i < REVIEWS_PER_CONNECTION && !ended; i++) {
          review(client);
          TimeUnit.MILLISECONDS.sleep(20);
        }
        probe();
      } catch (IOException e) {
        failed("a review: " + e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** As client-go does, it comes back after a 429 when {@code Retry-After} says. */
  private void review(Client client) throws IOException, InterruptedException {
    long start = System.nanoTime();
    int status = client.send(Reviews.post(Target.PATH, Reviews.good())).status();
    while (status == 429 && System.nanoTime() - start < REVIEW.toNanos()) {
      retried();
      TimeUnit.SECONDS.sleep(1);
      status = client.send(Reviews.post(Target.PATH, Reviews.good())).status();
    }
    reviewed(status, System.nanoTime() - start);
  }

  private void probe() {
    long start = System.nanoTime();
    try (var probe = Client.plainVictim(target.healthPort())) {
      int status = probe.send(Reviews.get("/livez")).status();
      long nanos = System.nanoTime() - start;
      synchronized (this) {
        worstProbe = Math.max(worstProbe, nanos);
      }
      if (status != 200 || nanos > PROBE.toNanos()) {
        failed("/livez gave " + status + " after " + nanos / 1_000_000 + " ms");
      }
    } catch (IOException e) {
      failed("/livez: " + e);
    }
  }

  private synchronized void reviewed(int status, long nanos) {
    reviews++;
    worstReview = Math.max(worstReview, nanos);
    if (status != 200 || nanos > REVIEW.toNanos()) {
      failed("a review gave " + status + " after " + nanos / 1_000_000 + " ms");
    }
  }

  private synchronized void retried() {
    retries++;
  }

  private synchronized void failed(String what) {
    if (failure.isEmpty() && !ended) {
      failure = what;
    }
  }

  /** How it fared until now. */
  synchronized Fate fate() {
    return new Fate(reviews, retries, worstReview / 1_000_000, worstProbe / 1_000_000, failure);
  }

  /**
   * How a victim fared.
   *
   * @param reviews that were answered
   * @param retries of reviews that were answered with 429
   * @param worstReview the slowest, in milliseconds
   * @param worstProbe the slowest, in milliseconds
   * @param failure the first that was not answered with 200 in time; empty for none
   */
  record Fate(int reviews, int retries, long worstReview, long worstProbe, String failure) {

    boolean good() {
      return failure.isEmpty() && reviews > 0;
    }

    /** The time was too short for a single review. */
    boolean isUnknown() {
      return failure.isEmpty() && reviews == 0;
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
