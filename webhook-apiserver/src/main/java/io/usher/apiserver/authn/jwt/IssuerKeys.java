package io.usher.apiserver.authn.jwt;

import com.nimbusds.jose.JWSObject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer, as they were when it last answered.
 *
 * <p>A token of a known key never waits. One of an unknown key makes the issuer be asked again: by
 * one thread at a time, which is none of the callers', and no sooner than {@link #MIN_INTERVAL}
 * after the last time, so that whoever sends made-up tokens makes neither the issuer nor this
 * server work. A few callers wait a moment for its answer, as their key may be new; whoever comes
 * after them is told to come again. Thread-safe.
 */
final class IssuerKeys {

  /** Asks an issuer. */
  @FunctionalInterface
  interface Source {
    KeySet keys() throws IOException, InterruptedException;
  }

  /** From the start of one question to that of the next. */
  static final Duration MIN_INTERVAL = Duration.ofSeconds(10);

  /** A key that the issuer has withdrawn counts no longer than this, if the issuer answers. */
  static final Duration MAX_AGE = Duration.ofMinutes(5);

  /** How long a caller waits for a key that may be new. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** What waits holds a thread of the server. */
  static final int MAX_WAITING = 8;

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  private final String issuer;
  private final Source source;
  private final Executor executor;
  private final LongSupplier nanos;

  private volatile @Nullable KeySet keys;
  private @Nullable CompletableFuture<Void> flight;
  private int waiting;

  /** Set by the first question. */
  private boolean asked;

  private long lastAsked;
  private long lastAnswered;
  private String reported = "";

  /**
   * @param issuer for the log
   * @param executor where the issuer is asked
   * @param nanos a clock that never goes back, {@code System::nanoTime}
   */
  IssuerKeys(String issuer, Source source, Executor executor, LongSupplier nanos) {
    this.issuer = issuer;
    this.source = source;
    this.executor = executor;
    this.nanos = nanos;
  }

  /** Asks the issuer when its answer is missing or old. Waits for nothing. */
  synchronized void refresh() {
    if (keys == null || nanos.getAsLong() - lastAnswered >= MAX_AGE.toNanos()) {
      ask();
    }
  }

  /**
   * Requires that the issuer has signed a token.
   *
   * @throws TokenException when it has not, or its keys can't be had
   */
  void require(JWSObject token) throws TokenException {
    KeySet known = keys;
    if (known != null && known.signed(token)) {
      return;
    }
    boolean named = token.getHeader().getKeyID() != null;
    if (known == null || !named || !known.knows(token.getHeader())) {
      await();
      known = keys;
      if (known == null) {
        throw new TokenException("the keys of issuer " + issuer + " are not there yet");
      }
      if (known.signed(token)) {
        return;
      }
    }
    throw new TokenException("it is signed by no key of issuer " + issuer);
  }

  private void await() throws TokenException {
    CompletableFuture<Void> current;
    synchronized (this) {
      ask();
      current = flight;
      if (current == null) {
        return;
      }
      if (waiting >= MAX_WAITING) {
        throw new TokenException("issuer " + issuer + " is being asked for its keys: come again");
      }
      waiting++;
    }
    try {
      current.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a question to an issuer ends without a failure", e);
    } catch (TimeoutException e) {
      // The keys that are there decide.
    } finally {
      synchronized (this) {
        waiting--;
      }
    }
  }

  /** Starts a question unless there is one, or was one just now. Under the lock. */
  private void ask() {
    long now = nanos.getAsLong();
    if (flight != null || asked && now - lastAsked < MIN_INTERVAL.toNanos()) {
      return;
    }
    asked = true;
    lastAsked = now;
    var started = new CompletableFuture<Void>();
    flight = started;
    boolean begun = false;
    try {
      executor.execute(() -> fetch(started));
      begun = true;
    } finally {
      if (!begun) {
        flight = null;
      }
    }
  }

  private void fetch(CompletableFuture<Void> started) {
    KeySet fetched = null;
    String problem = "failed";
    try {
      fetched = source.keys();
      problem = "";
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem = "interrupted";
    } finally {
      end(fetched, problem);
      started.complete(null);
    }
  }

  private synchronized void end(@Nullable KeySet fetched, String problem) {
    flight = null;
    if (fetched != null) {
      keys = fetched;
      lastAnswered = nanos.getAsLong();
    }
    if (!problem.equals(reported)) {
      reported = problem;
      if (problem.isEmpty()) {
        LOG.info("issuer {}: its keys are there again", issuer);
      } else {
        LOG.warn("issuer {}: keep the keys that are there: {}", issuer, problem);
      }
    }
  }
}
