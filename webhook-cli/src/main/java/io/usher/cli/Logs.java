package io.usher.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.usher.config.Setting;
import io.usher.config.ValueType;
import io.usher.telemetry.ReviewLog;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up Logback without a file: JSON lines to standard error, written by a thread of their own,
 * so that no review waits for a reader of the log. Found by Logback as a service; a {@code
 * logback.configurationFile} takes its place.
 */
public final class Logs extends ContextAwareBase implements Configurator {

  /** Logged through Jetty and Javalin at the level of a problem only. */
  private static final String[] QUIET = {"org.eclipse.jetty", "io.javalin", "io.fabric8"};

  static final Setting<String> LEVEL =
      Setting.one(
          "log-level",
          "LEVEL",
          "info",
          ValueType.oneOf("error", "warn", "info", "debug"),
          "What is logged beside decisions");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    var encoder = new JsonLines();
    encoder.setContext(context);
    encoder.start();
    var lines = new OutputStreamAppender<ILoggingEvent>();
    lines.setContext(context);
    lines.setName("lines");
    lines.setEncoder(encoder);
    lines.setImmediateFlush(false);
    lines.setOutputStream(new LineBuffer(new FileOutputStream(FileDescriptor.err)));
    lines.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(lines);
    context.getLogger(ReviewLog.DECISIONS).setLevel(Level.INFO);
    for (String name : QUIET) {
      context.getLogger(name).setLevel(Level.WARN);
    }
    // It tells each failure with its stack; LeaderElection tells what is new.
    context.getLogger("io.fabric8.kubernetes.client.extended.leaderelection").setLevel(Level.ERROR);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Sets what is logged from now on, beside decisions. */
  static void apply(String level) {
    context().getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(level));
  }

  /** Writes what is still on its way; nothing is logged afterwards. */
  static void close() {
    context().stop();
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
