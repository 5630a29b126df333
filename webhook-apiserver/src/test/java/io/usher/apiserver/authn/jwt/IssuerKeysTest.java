package io.usher.apiserver.authn.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();

  private static KeySet set(ECKey key) throws Exception {
    return KeySet.of(new ObjectMapper().readTree(new JWKSet(key).toString()));
  }

  private static JWSObject token(ECKey key) throws Exception {
    return JWSObject.parse(TestIssuer.sign(key, "{}"));
  }

  /** While the issuer takes its time, known keys count at once and few callers wait for others. */
  @Test
  void stormOfUnknownKeysIsOneQuestionAndHoldsFewThreads() throws Exception {
    ECKey known = TestIssuer.key("known");
    ECKey fresh = TestIssuer.key("fresh");
    var answer = new CountDownLatch(1);
    IssuerKeys.Source source =
        () -> {
          if (asked.incrementAndGet() == 1) {
            return keys(known);
          }
          answer.await();
          return keys(fresh);
        };
    var threads = Executors.newCachedThreadPool();
    try {
      var asking = Executors.newSingleThreadExecutor();
      var keys = new IssuerKeys("i", source, asking, nanos::get);
      keys.require(token(known));
      nanos.addAndGet(IssuerKeys.MIN_INTERVAL.toNanos());
      var callers = new ArrayList<Future<?>>();
      for (int i = 0; i < IssuerKeys.MAX_WAITING; i++) {
        callers.add(
            threads.submit(
                () -> {
                  keys.require(token(fresh));
                  return null;
                }));
      }
      // Who comes when all places are taken is told at once, and so is whose key is known.
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> keys.require(token(TestIssuer.key("forged"))))
                      .hasMessage("issuer i is being asked for its keys: come again"));
      keys.require(token(known));
      assertThat(callers).noneMatch(Future::isDone);
      answer.countDown();
      for (Future<?> caller : callers) {
        caller.get();
      }
      assertThat(asked).hasValue(2);
      asking.shutdownNow();
    } finally {
      threads.shutdownNow();
    }
  }

  private static KeySet keys(ECKey key) throws IOException {
    try {
      return set(key);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Test
  void questionThatCouldNotBeAskedIsAskedLater() throws Exception {
    ECKey key = TestIssuer.key("k");
    var refusals = new AtomicInteger();
    var keys =
        new IssuerKeys(
            "i",
            () -> keys(key),
            task -> {
              if (refusals.getAndIncrement() == 0) {
                throw new RejectedExecutionException();
              }
              task.run();
            },
            nanos::get);
    assertThatThrownBy(keys::refresh).isInstanceOf(RejectedExecutionException.class);
    nanos.addAndGet(IssuerKeys.MIN_INTERVAL.toNanos());
    keys.require(token(key));
  }

  @Test
  void tokenThatNamesNoKeyIsTriedWithNewOnes() throws Exception {
    ECKey first = new ECKey.Builder(TestIssuer.key("x")).keyID(null).build();
    ECKey second = new ECKey.Builder(TestIssuer.key("x")).keyID(null).build();
    var shown = new ArrayList<>(List.of(first, second));
    var keys = new IssuerKeys("i", () -> keys(shown.remove(0)), Runnable::run, nanos::get);
    keys.require(token(first));
    nanos.addAndGet(IssuerKeys.MIN_INTERVAL.toNanos());
    keys.require(token(second));
    assertThatThrownBy(() -> keys.require(token(first)))
        .hasMessage("it is signed by no key of issuer i");
  }
}
