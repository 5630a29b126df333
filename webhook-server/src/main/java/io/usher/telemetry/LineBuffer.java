package io.usher.telemetry;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Gathers lines and writes them out together, a tenth of a second after the first at the latest: a
 * system call for each would cost more than making the line.
 */
final class LineBuffer extends FilterOutputStream {

  private static final int SIZE = 32 << 10;

  private static final long LATEST_MILLIS = 100;

  private boolean waiting;
  private boolean closed;

  LineBuffer(OutputStream out) {
    super(new BufferedOutputStream(out, SIZE));
    var thread = new Thread(this::flushLater, "log-flush");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int count) throws IOException {
    out.write(bytes, from, count);
    if (!waiting) {
      waiting = true;
      notifyAll();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    notifyAll();
    super.close();
  }

  private void flushLater() {
    try {
      while (awaitLine()) {
        Thread.sleep(LATEST_MILLIS);
        flushNow();
      }
    } catch (InterruptedException | IOException e) {
      // Nobody is left to be told: standard error is what failed, or the process ends.
      return;
    }
  }

  private synchronized boolean awaitLine() throws InterruptedException {
    while (!waiting && !closed) {
      wait();
    }
    return !closed;
  }

  private synchronized void flushNow() throws IOException {
    waiting = false;
    out.flush();
  }
}
