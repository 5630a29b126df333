package io.usher.apiserver.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReviewCacheTest {

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private final ReviewCache cache = cache(this::counted);

  private ReviewCache cache(ReviewCaller caller) {
    return new ReviewCache(caller, status -> Duration.ofSeconds(10), nanos::get);
  }

  private JsonNode counted(ObjectNode review) {
    return answer(Integer.toString(calls.incrementAndGet()));
  }

  private static JsonNode answer(String text) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.putObject("status").put("reason", text);
    return review;
  }

  private String ask(String key) throws ReviewException {
    return ask(cache, key);
  }

  private static String ask(ReviewCache cache, String key) throws ReviewException {
    return cache.status(key, JsonNodeFactory.instance::objectNode).path("reason").asText();
  }

  @Test
  void answerCountsUntilItsTimeIsUp() throws Exception {
    assertThat(ask("a")).isEqualTo("1");
    nanos.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
    assertThat(ask("a")).isEqualTo("1");
    assertThat(ask("b")).isEqualTo("2");
    nanos.addAndGet(1);
    assertThat(ask("a")).isEqualTo("3");
  }

  @Test
  void lifeOfNothingKeepsNothing() throws Exception {
    var never = new ReviewCache(this::counted, status -> Duration.ZERO, nanos::get);
    assertThat(ask(never, "a")).isEqualTo("1");
    assertThat(ask(never, "a")).isEqualTo("2");
  }

  @Test
  void failureIsNotKept() throws Exception {
    var failing = new AtomicInteger(1);
    var cache =
        cache(
            review -> {
              if (failing.getAndDecrement() > 0) {
                throw new ReviewException("down", false);
              }
              return answer("up");
            });
    assertThatThrownBy(() -> ask(cache, "a"))
        .isInstanceOf(ReviewException.class)
        .hasMessage("down");
    assertThat(ask(cache, "a")).isEqualTo("up");
  }

  @Test
  void leastRecentlyUsedGoesFirst() throws Exception {
    for (int i = 0; i < 8192; i++) {
      ask("key-" + i);
    }
    ask("key-0");
    ask("one more");
    int asked = calls.get();
    ask("key-0");
    assertThat(calls.get()).isEqualTo(asked);
    ask("key-1");
    assertThat(calls.get()).isEqualTo(asked + 1);
  }

  @Test
  void longQuestionsAreNotKept() throws Exception {
    String key = "k".repeat(10_001);
    assertThat(ask(key)).isEqualTo("1");
    assertThat(ask(key)).isEqualTo("2");
  }

  @Test
  void charactersOfAllAreBounded() throws Exception {
    String long9k = "k".repeat(9_000);
    for (int i = 0; i < 1_000; i++) {
      ask(long9k + i);
    }
    int asked = calls.get();
    ask(long9k + 999);
    assertThat(calls.get()).isEqualTo(asked);
    ask(long9k + 0);
    assertThat(calls.get()).isEqualTo(asked + 1);
  }

  @Test
  void manyWhoAskAtOnceShareACall() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var cache =
        cache(
            review -> {
              begun.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new ReviewException("interrupted", false);
              }
              return counted(review);
            });
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<String> first = threads.submit(() -> ask(cache, "a"));
      begun.await();
      var waiting = new AtomicReference<Thread>();
      Future<String> second =
          threads.submit(
              () -> {
                waiting.set(Thread.currentThread());
                return ask(cache, "a");
              });
      Awaitility.await()
          .until(() -> waiting.get() != null && waiting.get().getState() == Thread.State.WAITING);
      go.countDown();
      assertThat(first.get()).isEqualTo("1");
      assertThat(second.get()).isEqualTo("1");
    } finally {
      threads.shutdownNow();
    }
  }
}
