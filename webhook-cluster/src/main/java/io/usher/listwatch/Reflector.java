package io.usher.listwatch;

import com.fasterxml.jackson.core.JsonParser;
import io.usher.view.ObjectPruner;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists and watches one resource for as long as its thread is not interrupted, whatever the API
 * server does.
 */
final class Reflector implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

  private final Sink sink;
  private final ApiReader api;
  private final ListWatchSettings settings;
  private final RandomGenerator random;
  private final ReadCounters counters;
  private final Backoff backoff;
  private final ObjectPruner pruner;
  private final String path;

  /** Counted down never: what is waited for is its time, or the interrupt. */
  private final CountDownLatch pause = new CountDownLatch(1);

  /** What has been told up to; null for a list. */
  private @Nullable String version;

  /** The last list's pages were forgotten before the last was read. */
  private boolean wholeList;

  private String failure = "";

  Reflector(
      Sink sink,
      ObjectPruner pruner,
      ApiReader api,
      ListWatchSettings settings,
      RandomGenerator random,
      ReadCounters counters) {
    this.sink = sink;
    this.api = api;
    this.settings = settings;
    this.random = random;
    this.counters = counters;
    this.backoff = new Backoff(settings.minBackoff(), settings.maxBackoff(), random);
    this.pruner = pruner;
    this.path = ApiReader.path(sink.spec().resource(), "");
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Duration pause = listAndWatch();
        if (pause != null) {
          this.pause.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Goes on until something ends it; returns how long to pause, or null for not at all. */
  private @Nullable Duration listAndWatch() throws InterruptedException {
    Duration atLeast = Duration.ZERO;
    try {
      if (version == null) {
        list();
      }
      if (watch()) {
        return null;
      }
    } catch (ApiStatusException e) {
      atLeast = e.retryAfter();
      refused(e);
    } catch (IOException | RuntimeException | Error e) {
      if (Thread.currentThread().isInterrupted()) {
        return null;
      }
      if (!(e instanceof IOException)) {
        version = null;
      }
      failed(e);
    }
    return backoff.next(atLeast);
  }

  private void refused(ApiStatusException refusal) throws InterruptedException {
    if (refusal.isExpired()) {
      wholeList = version == null;
      version = null;
      LOG.info(
          "{}: the API server has forgotten what came next: {}",
          sink.spec().label(),
          refusal.getMessage());
      return;
    }
    if (refusal.isUnserved()) {
      // Where there is no such resource, there are no such objects.
      version = null;
      sink.list().end();
    }
    failed(refusal);
  }

  /** Said once, and again when it changes. */
  private void failed(Throwable e) {
    counters.failed();
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String what = e.getMessage() + (cause == e ? "" : " (" + cause + ")");
    sink.problem(what);
    if (!what.equals(failure)) {
      failure = what;
      LOG.warn("{} can't be read: {}", sink.spec().label(), what);
    }
  }

  private void works() {
    sink.problem("nothing was heard since");
    if (!failure.isEmpty()) {
      failure = "";
      LOG.info("{} is read again", sink.spec().label());
    }
  }

  private void list() throws IOException, InterruptedException {
    counters.listed();
    Sink.Listing listing = sink.list();
    // 0 is no limit.
    String limit = "?limit=" + (wholeList ? 0 : settings.pageSize());
    ListPage page = page(path + limit, listing);
    String listed = page.resourceVersion();
    while (!page.continueToken().isEmpty()) {
      String next = URLEncoder.encode(page.continueToken(), StandardCharsets.UTF_8);
      page = page(path + limit + "&continue=" + next, listing);
    }
    listing.end();
    version = listed;
    wholeList = false;
    works();
  }

  private ListPage page(String path, Sink.Listing listing)
      throws IOException, InterruptedException {
    ListPage page = ListPage.get(api, path, pruner, listing::add);
    listing.pageRead();
    return page;
  }

  /** Watches until the stream ends; whether it told anything. */
  private boolean watch() throws IOException, InterruptedException {
    counters.watched();
    long seconds = settings.minWatch().toSeconds();
    String query =
        "?watch=1&allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%d"
            .formatted(version, seconds + random.nextLong(seconds + 1));
    boolean told = false;
    try (InputStream in = api.get(path + query);
        JsonParser parser = ListPage.JSON.createParser(in)) {
      for (WatchEvent event = WatchEvent.read(parser, pruner);
          event != null;
          event = WatchEvent.read(parser, pruner)) {
        sink.tell(event.delta());
        version = event.resourceVersion();
        if (!told) {
          told = true;
          // Not after a list alone: one whose watch fails at once would follow another.
          backoff.reset();
          works();
        }
      }
    } catch (TimedInput.StalledException e) {
      if (!told) {
        // A server that sends no bookmarks shows by a list that it is there.
        version = null;
      }
      throw e;
    }
    return told;
  }
}
