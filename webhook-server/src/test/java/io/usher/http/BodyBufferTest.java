package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.engine.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BodyBufferTest {

  private static final int LIMIT = 1 << 20;
  private static final int BUDGET = 4 << 20;

  private final MemoryBudget budget = new MemoryBudget(BUDGET);

  @Test
  void smallBodyTakesItsSizeAtOnce() {
    var body = new BodyBuffer(budget, 10, LIMIT, () -> {});
    assertThat(body.add(bytes(4))).isNull();
    assertThat(budget.used()).isEqualTo(10);
    assertThat(body.add(bytes(6))).isNull();
    assertThat(body.complete()).isNull();
    assertThat(body.bytes()).isEqualTo(bytes(4, 6));
    body.release();
    assertThat(budget.used()).isZero();
  }

  @Test
  void announcedBytesAreNotTakenBeforeTheyCome() {
    var body = new BodyBuffer(budget, LIMIT, LIMIT, () -> {});
    assertThat(body.add(bytes(1))).isNull();
    assertThat(budget.used()).isLessThanOrEqualTo(64 << 10);
  }

  @Test
  void bodyInManyPartsIsPutTogether() {
    var body = new BodyBuffer(budget, -1, LIMIT, () -> {});
    int[] parts = new int[40];
    Arrays.fill(parts, 7_000);
    for (int part : parts) {
      assertThat(body.add(bytes(part))).isNull();
    }
    assertThat(body.complete()).isNull();
    assertThat(body.bytes()).isEqualTo(bytes(parts));
    assertThat(budget.used()).isEqualTo(280_000);
  }

  @Test
  void emptyBodyTakesNothing() {
    var body = new BodyBuffer(budget, -1, LIMIT, () -> {});
    assertThat(body.add(bytes(0))).isNull();
    assertThat(body.complete()).isNull();
    assertThat(body.bytes()).isEmpty();
    assertThat(body.lease().bytes()).isZero();
  }

  @Test
  void moreThanTheLimitIsTooLarge() {
    var body = new BodyBuffer(budget, -1, 10, () -> {});
    assertThat(body.add(bytes(10))).isNull();
    assertThat(body.add(bytes(1)).status()).isEqualTo(413);
  }

  @Test
  void moreThanAllMemoryIsTooLarge() {
    var small = new MemoryBudget(100);
    var body = new BodyBuffer(small, 200, LIMIT, () -> {});
    assertThat(body.add(bytes(150)).status()).isEqualTo(413);
    assertThat(small.used()).isZero();
  }

  @Test
  void memoryThatOthersHaveIsWaitedForByTheClient() {
    var others = budget.tryReserve(BUDGET - 5).orElseThrow();
    var body = new BodyBuffer(budget, 10, LIMIT, () -> {});
    var refusal = body.add(bytes(10));
    assertThat(refusal.status()).isEqualTo(429);
    assertThat(refusal.headers().get("Retry-After")).isIn("1", "2", "3");
    others.close();
    assertThat(budget.used()).isZero();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.wrap(bytes(new int[] {count}));
  }

  /** Parts that each count up from zero. */
  private static byte[] bytes(int... parts) {
    var all = ByteBuffer.allocate(IntStream.of(parts).sum());
    for (int part : parts) {
      for (int i = 0; i < part; i++) {
        all.put((byte) i);
      }
    }
    return all.array();
  }
}
