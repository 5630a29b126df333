package io.usher.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Gathers lines in memory, and has a thread of its own write them out together, a tenth of a second
 * after the first at the latest. So a line costs a review no system call, and nobody waits for who
 * reads the log: when he is too slow, lines are lost and their number is told.
 */
final class LineBuffer extends OutputStream {

  /** Some thousand decisions. */
  private static final int CAPACITY = 1 << 20;

  private static final long LATEST_MILLIS = 100;

  private final OutputStream out;
  private final Thread writer = new Thread(this::writeLater, "log-writer");
  private ByteArrayOutputStream filling = new ByteArrayOutputStream(8 << 10);
  private ByteArrayOutputStream other = new ByteArrayOutputStream(8 << 10);
  private long lost;
  private boolean closed;

  LineBuffer(OutputStream out) {
    this.out = out;
    writer.setDaemon(true);
    writer.start();
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] line, int from, int count) {
    if (closed || filling.size() + count > CAPACITY) {
      lost++;
      return;
    }
    if (filling.size() == 0) {
      notifyAll();
    }
    filling.write(line, from, count);
  }

  /** Writes out what is there, unless the reader takes longer than a second for it. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      writer.join(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeLater() {
    try {
      while (awaitLines()) {
        take().writeTo(out);
        out.flush();
      }
    } catch (InterruptedException | IOException e) {
      // Nobody is left to be told: this is where problems are told.
      return;
    }
  }

  /** False when there is nothing to write and never will be. */
  private synchronized boolean awaitLines() throws InterruptedException {
    while (filling.size() == 0 && !closed) {
      wait();
    }
    if (!closed) {
      wait(LATEST_MILLIS);
    }
    return filling.size() > 0;
  }

  private synchronized ByteArrayOutputStream take() {
    var taken = filling;
    other.reset();
    filling = other;
    other = taken;
    if (lost > 0) {
      filling.writeBytes(
          ("{\"level\":\"WARN\",\"message\":\"" + lost + " lines lost\"}\n").getBytes());
      lost = 0;
    }
    return taken;
  }
}
