package io.usher.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on what rules log, as text, in place of the server's JSON lines. Of what Usher's own parts
 * would log, the command reports what matters itself.
 */
final class RuleLog extends AppenderBase<ILoggingEvent> {

  private static final List<String> SILENT =
      List.of("io.usher", "org.eclipse.jetty", "io.javalin", "io.fabric8");

  private final Consumer<String> lines;

  private RuleLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /** From now on each event goes there: {@code INFO com.example.Labeling: TEXT}. */
  static void sendTo(Consumer<String> lines) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var appender = new RuleLog(lines);
    appender.setContext(context);
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    SILENT.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
  }

  @Override
  protected void append(ILoggingEvent event) {
    lines.accept(
        event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage());
    if (event.getThrowableProxy() != null) {
      ThrowableProxyUtil.asString(event.getThrowableProxy()).lines().forEach(lines);
    }
  }
}
