package io.usher.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Writes each event as one line: a JSON object of time, level, logger, message, the event's own
 * keys and the stack trace. Logback's own encoder nests the keys in a list and adds what nobody
 * reads.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};

  /** A decision takes about 300 characters. */
  private static final int TYPICAL = 400;

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringBuilder(TYPICAL);
    line.append("{\"time\":\"").append(event.getInstant()).append('"');
    add(line, "level", event.getLevel().levelStr);
    add(line, "logger", event.getLoggerName());
    add(line, "message", event.getFormattedMessage());
    var pairs = event.getKeyValuePairs();
    if (pairs != null) {
      for (var pair : pairs) {
        add(line, pair.key, pair.value);
      }
    }
    if (event.getThrowableProxy() != null) {
      add(line, "stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void add(StringBuilder line, String key, Object value) {
    line.append(",\"").append(key).append("\":");
    if (value instanceof Number || value instanceof Boolean) {
      line.append(value);
    } else {
      line.append('"');
      JsonStringEncoder.getInstance().quoteAsString(String.valueOf(value), line);
      line.append('"');
    }
  }
}
