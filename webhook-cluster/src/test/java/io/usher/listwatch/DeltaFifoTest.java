package io.usher.listwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.usher.listwatch.DeltaFifo.Timed;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeltaFifoTest {

  private static final Timed ONE = new Timed(new Delta.Bookmark(), 1);
  private static final Timed TWO = new Timed(new Delta.Bookmark(), 2);
  private static final Timed THREE = new Timed(new Delta.Bookmark(), 3);

  private final DeltaFifo fifo = new DeltaFifo(2, 100);
  private final AtomicBoolean put = new AtomicBoolean();
  private Thread reader;

  @AfterEach
  void end() throws InterruptedException {
    if (reader != null) {
      reader.join();
    }
  }

  @Test
  void oneTakerIsAskedForUntilItHasFoundNothing() throws Exception {
    assertThat(fifo.put(ONE)).isTrue();
    assertThat(fifo.put(TWO)).isFalse();
    assertThat(fifo.take()).containsExactly(ONE, TWO);
    assertThat(fifo.put(THREE)).isFalse();
    assertThat(fifo.take()).containsExactly(THREE);
    assertThat(fifo.take()).isEmpty();
    assertThat(fifo.put(ONE)).isTrue();
  }

  @Test
  void theReaderWaitsWhileItIsFull() throws Exception {
    fifo.put(ONE);
    fifo.put(TWO);
    reader =
        new Thread(
            () -> {
              try {
                fifo.put(THREE);
                put.set(true);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    reader.start();
    await().until(() -> reader.getState() == Thread.State.WAITING);
    assertThat(put).isFalse();

    assertThat(fifo.take()).containsExactly(ONE, TWO);
    await().untilTrue(put);
    assertThat(fifo.take()).containsExactly(THREE);
  }
}
