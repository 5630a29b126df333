package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A rule that was given up gives back what it took: once its service is fast again, or its objects
 * are harmless again, it answers.
 */
class GuardedCleanupTest {

  private static final String RULES =
      """
      package com.example;
      import io.usher.rule.*;
      import java.io.*;
      import java.net.*;
      import java.util.concurrent.*;
      import java.util.concurrent.locks.*;
      import org.apache.hc.client5.http.classic.methods.HttpGet;
      import org.apache.hc.client5.http.impl.classic.*;
      import org.apache.hc.client5.http.impl.io.*;
      import org.apache.hc.core5.http.io.entity.EntityUtils;
      @Webhook(name = "calling.example.com")
      class Calling {
        static final Semaphore PERMITS = new Semaphore(2);
        static final ReentrantLock LOCK = new ReentrantLock();
        static volatile URI uri;

        @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
        void rule(RuleContext context) throws Exception {
          String[] name = context.request().name().split("-");
          uri = URI.create("http://127.0.0.1:" + name[2] + "/" + name[1]);
          switch (name[0]) {
            case "pool" -> context.warn(Pool.call());
            case "permit" -> {
              try (Permit permit = new Permit()) {
                context.warn(call());
              }
            }
            case "lock" -> {
              LOCK.lockInterruptibly();
              try {
                context.warn(call());
              } finally {
                unlock();
              }
            }
            case "initializer" -> context.warn(Settings.value());
            case "caught" -> {
              try (Permit permit = new Permit()) {
                while (name[1].equals("slow")) {
                  try {
                    spin();
                  } catch (Throwable t) {
                    new Permit().close();
                  }
                }
              }
              context.warn("fast");
            }
            case "busy" -> {
              new Permit();
              try {
                if (name[1].equals("slow")) {
                  spin();
                }
                context.warn("fast");
              } finally {
                Runnable release = () -> PERMITS.release();
                release.run();
              }
            }
          }
        }

        static void spin() { while (true) {} }

        static void unlock() { LOCK.unlock(); }

        static String call() throws IOException {
          try (InputStream in = uri.toURL().openStream()) {
            return new String(in.readAllBytes());
          }
        }

        static final class Permit implements AutoCloseable {
          Permit() throws InterruptedException { PERMITS.acquire(); }
          @Override public void close() { release(); }
          private void release() { PERMITS.release(); }
        }

        static final class Pool {
          static final CloseableHttpClient CLIENT =
              HttpClients.custom()
                  .setConnectionManager(
                      PoolingHttpClientConnectionManagerBuilder.create()
                          .setMaxConnTotal(5)
                          .setMaxConnPerRoute(5)
                          .build())
                  .build();
          static String call() throws IOException {
            return CLIENT.execute(new HttpGet(uri), answer -> EntityUtils.toString(answer.getEntity()));
          }
        }

        static final class Settings {
          static final String VALUE;
          static {
            try {
              VALUE = trimmed(call());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
          static String trimmed(String text) { return text.trim(); }
          static String value() { return VALUE; }
        }
      }
      """;

  @TempDir Path work;

  private HttpServer service;

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext("/fast", exchange -> answer(exchange, "fast"));
    // Well behind the budget, and behind the time in which a rule may end by itself.
    var later = CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS);
    service.createContext("/slow", exchange -> later.execute(() -> answer(exchange, "slow")));
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  @ParameterizedTest
  @CsvSource({"pool, 6, fast", "permit, 2, fast", "lock, 1, fast", "initializer, 1, slow"})
  void ruleAnswersOnceItsServiceIsFastAgain(String kind, int slowCalls, String answer) {
    try (var rules = new ServedRules(jar())) {
      var slow =
          IntStream.range(0, slowCalls)
              .mapToObj(i -> rules.review(name(kind, "slow"), Duration.ofSeconds(1)))
              .toList();
      slow.forEach(ServedRules.Review::awaitGivenUp);
      slow.forEach(review -> assertThat(review.answer()).isNull());

      await(kind)
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(
                          rules
                              .review(name(kind, "fast"), Duration.ofSeconds(5))
                              .answer()
                              .warnings())
                      .containsExactly(answer));
    }
  }

  @ParameterizedTest
  @CsvSource({"busy, 2", "caught, 1"})
  void endlessRuleGivesBackWhatItHeld(String kind, int calls) {
    try (var rules = new ServedRules(jar())) {
      var endless =
          IntStream.range(0, calls)
              .mapToObj(i -> rules.review(name(kind, "slow"), Duration.ofSeconds(1)))
              .toList();
      endless.forEach(ServedRules.Review::awaitGivenUp);
      endless.forEach(review -> assertThat(review.answer()).isNull());

      var later = rules.forgiven().review(name(kind, "fast"), Duration.ofSeconds(20));
      assertThat(later.answer().warnings()).containsExactly("fast");
    }
  }

  private String name(String kind, String speed) {
    return kind + "-" + speed + "-" + service.getAddress().getPort();
  }

  private Path jar() {
    String libraries =
        Stream.of(HttpClient.class, HttpEntity.class, HttpVersionPolicy.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation().toString())
            .collect(Collectors.joining(" "));
    return new JarBuilder(work)
        .source("com.example.Calling", RULES)
        .classPathEntry(libraries)
        .jar(work.resolve("calling.jar"));
  }

  private static void answer(HttpExchange exchange, String text) {
    try (exchange) {
      exchange.sendResponseHeaders(200, text.length());
      exchange.getResponseBody().write(text.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
