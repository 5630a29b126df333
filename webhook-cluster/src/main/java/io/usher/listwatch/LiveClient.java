package io.usher.listwatch;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.usher.cluster.LiveReadException;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.engine.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server what rules want to know now. Equal questions share a flight; a few flights
 * are under way at once, so that their answers are bounded in bytes together. Thread-safe.
 */
final class LiveClient {

  private static final int MOST_FLIGHTS = 8;

  /** A tenth of a rule's time is left to it, so that it fails by itself, and does not hang. */
  private static final int KEPT_FOR_THE_RULE = 10;

  private final HttpClient http;
  private final String url;
  private final Ticker ticker;
  private final ReadCounters counters;
  private final LiveCache cache;
  private final Semaphore slots = new Semaphore(MOST_FLIGHTS);

  /** Under this map's lock. */
  private final Map<String, Flight> flights = new HashMap<>();

  /**
   * @param http adds the credentials
   * @param url of the API server, with a slash at its end
   */
  LiveClient(HttpClient http, String url, Ticker ticker, ReadCounters counters) {
    this.http = http;
    this.url = url;
    this.ticker = ticker;
    this.counters = counters;
    this.cache = new LiveCache(ticker);
  }

  /**
   * The answer; null when there is no such object.
   *
   * @throws LiveReadException when there is none in time, or it is refused
   */
  byte @Nullable [] answer(LiveQuestion question, Deadline deadline) {
    var patience =
        Deadline.after(
            Duration.ofNanos(
                deadline.remainingNanos() - deadline.remainingNanos() / KEPT_FOR_THE_RULE),
            deadline.ticker());
    LiveCache.Entry known = cache.get(question);
    if (known != null) {
      counters.liveHit();
      return known.body();
    }
    try {
      return await(board(question, patience), question, patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      counters.liveError();
      throw new LiveReadException("GET " + question.path() + ": interrupted");
    }
  }

  /** The flight that is under way, or a new one; the caller is a passenger of it. */
  private Flight board(LiveQuestion question, Deadline patience) throws InterruptedException {
    synchronized (flights) {
      Flight underWay = flights.get(question.path());
      if (underWay != null && underWay.board()) {
        counters.liveHit();
        return underWay;
      }
    }
    counters.liveMiss();
    if (!slots.tryAcquire(Math.max(0, patience.remainingNanos()), TimeUnit.NANOSECONDS)) {
      counters.liveError();
      throw new LiveReadException(
          "GET %s: %d other questions were not answered in time"
              .formatted(question.path(), MOST_FLIGHTS));
    }
    Flight flight;
    synchronized (flights) {
      Flight underWay = flights.get(question.path());
      if (underWay != null && underWay.board()) {
        slots.release();
        return underWay;
      }
      flight = new Flight(question.path());
      flights.put(question.path(), flight);
    }
    long began = ticker.nanos();
    flight.whenLanded(() -> landed(question, flight, began));
    flight.send(http, url);
    return flight;
  }

  private void landed(LiveQuestion question, Flight flight, long began) {
    counters.liveLanded(ticker.nanos() - began);
    LiveCache.Entry entry = flight.landed(question, began);
    if (entry != null) {
      cache.put(question, entry);
    }
    synchronized (flights) {
      flights.remove(question.path(), flight);
    }
    slots.release();
  }

  private byte @Nullable [] await(Flight flight, LiveQuestion question, Deadline patience)
      throws InterruptedException {
    try {
      return flight.await(question, Math.max(0, patience.remainingNanos()));
    } catch (ExecutionException e) {
      counters.liveError();
      Throwable cause = e.getCause();
      if (cause instanceof ApiStatusException refusal) {
        throw new LiveReadException(String.valueOf(refusal.getMessage()), refusal.code());
      }
      throw new LiveReadException("GET " + question.path() + ": " + cause);
    } catch (TimeoutException e) {
      counters.liveError();
      throw new LiveReadException("GET " + question.path() + ": no answer within the rule's time");
    } finally {
      flight.leave();
    }
  }
}
