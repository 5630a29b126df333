package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {

  @Test
  void eventIsOneObjectOnOneLine() throws Exception {
    var event = event("a \"quoted\"\nmessage", new IllegalStateException("broken\u0007"));
    event.addKeyValuePair(new KeyValuePair("uid", "u\\1"));
    event.addKeyValuePair(new KeyValuePair("durationMicros", 12L));
    String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
    assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
    var json = new ObjectMapper().readTree(line);
    assertThat(json.get("time").asText()).isEqualTo("2026-11-23T12:00:00Z");
    assertThat(json.get("level").asText()).isEqualTo("INFO");
    assertThat(json.get("message").asText()).isEqualTo("a \"quoted\"\nmessage");
    assertThat(json.get("uid").asText()).isEqualTo("u\\1");
    assertThat(json.get("durationMicros").asInt()).isEqualTo(12);
    assertThat(json.get("stack").asText()).startsWith("java.lang.IllegalStateException: broken");
  }

  @Test
  void linesAreWrittenLaterAndAllAtTheEnd() {
    var out = new ByteArrayOutputStream();
    var buffer = new LineBuffer(out);
    for (int i = 0; i < 1_000; i++) {
      buffer.write("line\n".getBytes(StandardCharsets.UTF_8), 0, 5);
    }
    buffer.close();
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(1_000).containsOnly("line");
  }

  @Test
  void nobodyWaitsForWhoReads() throws Exception {
    var reading = new CountDownLatch(1);
    var out = new ByteArrayOutputStream();
    var slow =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException();
          }

          @Override
          public void write(byte[] bytes, int from, int count) {
            try {
              reading.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            out.write(bytes, from, count);
          }
        };
    var buffer = new LineBuffer(slow);
    byte[] line = "x".repeat(1023).concat("\n").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 10_000; i++) {
      buffer.write(line, 0, line.length);
    }
    reading.countDown();
    buffer.close();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(" lines lost");
  }

  private static LoggingEvent event(String message, Throwable thrown) {
    var context = new LoggerContext();
    var event = new LoggingEvent("x", context.getLogger("test"), Level.INFO, message, thrown, null);
    event.setInstant(Instant.parse("2026-11-23T12:00:00Z"));
    return event;
  }
}
