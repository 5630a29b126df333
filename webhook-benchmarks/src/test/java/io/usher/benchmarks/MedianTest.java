package io.usher.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {

  @Test
  void isTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Median.of(List.of(900.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Median.of(List.of(900.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
  }
}
