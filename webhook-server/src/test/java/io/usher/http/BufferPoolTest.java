package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferPoolTest {

  private static final int KILOBYTE = 1 << 10;

  private final BufferPool pool = new BufferPool(40 * KILOBYTE);

  @ParameterizedTest
  @CsvSource({"0,4096", "1,4096", "4096,4096", "4097,8192", "65536,65536", "65537,65537"})
  void holdsWhatIsAskedFor(int size, int capacity) {
    for (boolean direct : List.of(true, false)) {
      RetainableByteBuffer.Mutable buffer = pool.acquire(size, direct);
      assertThat(buffer.capacity()).isEqualTo(capacity);
      assertThat(buffer.isDirect()).isEqualTo(direct);
      assertThat(buffer.hasRemaining()).isFalse();
      assertThat(buffer.append(ByteBuffer.allocate(size))).isTrue();
    }
  }

  @Test
  void givesTheLastOneAgainAsIfItWereNew() {
    RetainableByteBuffer.Mutable first = pool.acquire(16 * KILOBYTE, true);
    ByteBuffer bytes = first.getByteBuffer();
    first.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(first.release()).isTrue();
    RetainableByteBuffer.Mutable second = pool.acquire(15 * KILOBYTE, true);
    assertThat(second.getByteBuffer()).isSameAs(bytes);
    assertThat(second.hasRemaining()).isFalse();
    assertThat(second.space()).isEqualTo(16 * KILOBYTE);
    assertThat(pool.acquire(16 * KILOBYTE, true).getByteBuffer()).isNotSameAs(bytes);
    assertThat(pool.acquire(16 * KILOBYTE, false).getByteBuffer()).isNotSameAs(bytes);
  }

  @Test
  void waitsForTheLastUser() {
    RetainableByteBuffer.Mutable buffer = pool.acquire(1, true);
    ByteBuffer bytes = buffer.getByteBuffer();
    buffer.append(ByteBuffer.wrap(new byte[] {1, 2}));
    RetainableByteBuffer slice = buffer.slice();
    assertThat(buffer.release()).isFalse();
    assertThat(pool.acquire(1, true).getByteBuffer()).isNotSameAs(bytes);
    assertThat(slice.release()).isTrue();
    assertThat(pool.acquire(1, true).getByteBuffer()).isSameAs(bytes);
  }

  @Test
  void keepsNoMoreThanItMay() {
    List<RetainableByteBuffer.Mutable> used =
        Stream.generate(() -> pool.acquire(8 * KILOBYTE, true)).limit(10).toList();
    List<ByteBuffer> kept = used.stream().limit(5).map(each -> each.getByteBuffer()).toList();
    used.forEach(RetainableByteBuffer::release);
    List<ByteBuffer> again =
        IntStream.range(0, 10)
            .mapToObj(each -> pool.acquire(8 * KILOBYTE, true).getByteBuffer())
            .toList();
    for (ByteBuffer each : again.subList(0, 5)) {
      assertThat(kept).anyMatch(one -> one == each);
    }
    for (ByteBuffer each : again.subList(5, 10)) {
      assertThat(used).noneMatch(one -> one.getByteBuffer() == each);
    }
  }

  @Test
  void forgetsAllWhenCleared() {
    RetainableByteBuffer.Mutable buffer = pool.acquire(1, false);
    buffer.release();
    pool.clear();
    assertThat(pool.acquire(1, false).getByteBuffer()).isNotSameAs(buffer.getByteBuffer());
  }
}
