package io.usher.cli;

import io.usher.engine.Ticker;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;

/** How far a run is: a bar on a terminal, and a line at each tenth elsewhere. */
final class InitProgress {

  private static final int WIDTH = 30;
  private static final int TENTHS = 10;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final int total;
  private final Ticker ticker;
  private final long startNanos;
  private int done;
  private int tenth;

  InitProgress(PrintWriter out, int total, Ticker ticker) {
    this(out, Ansi.AUTO.enabled(), total, ticker);
  }

  InitProgress(PrintWriter out, boolean terminal, int total, Ticker ticker) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
    this.ticker = ticker;
    this.startNanos = ticker.nanos();
  }

  /** One more object is done. */
  void step() {
    done++;
    if (terminal) {
      draw();
    } else if (done * TENTHS / Math.max(1, total) > tenth) {
      tenth = done * TENTHS / Math.max(1, total);
      out.println(text());
      out.flush();
    }
  }

  /** Prints a line; the bar stays below it. */
  void line(String text) {
    if (terminal) {
      out.print(CLEAR_LINE);
    }
    out.println(text);
    if (terminal) {
      draw();
    }
    out.flush();
  }

  /** Takes the bar away. */
  void end() {
    if (terminal) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }

  private void draw() {
    int filled = Math.min(WIDTH, done * WIDTH / Math.max(1, total));
    out.print(CLEAR_LINE + "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + text());
    out.flush();
  }

  private String text() {
    double seconds =
        Math.max(1, ticker.nanos() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    double rate = done / seconds;
    Duration left = Duration.ofSeconds(Math.round(Math.max(0, total - done) / rate));
    return "%d of %d, %.1f/s, %s left".formatted(done, total, rate, words(left));
  }

  private static String words(Duration time) {
    long seconds = time.toSeconds();
    return seconds < 60
        ? seconds + " s"
        : time.toMinutes() < 60
            ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
            : "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
  }
}
