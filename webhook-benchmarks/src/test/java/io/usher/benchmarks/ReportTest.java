package io.usher.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTest {

  private final Report report = new Report();

  @Test
  void tellsWhetherEachBarHolds() {
    report.add(Figure.told("start, bare", 1234.5, "ms", "G1 collector"));
    report.add(Figure.barred("start, Usher", 1.6, "x", 1.6, "1975 ms"));
    report.add(Figure.barred("served", 1.601, "x", 1.6, ""));
    report.add(Figure.atLeast("creates", 1.99, "x", 2, ""));
    assertThat(report.toString().lines())
        .containsExactly(
            "figure          measured               bar          remark",
            "start, bare         1235 ms                         G1 collector",
            "start, Usher        1.60 x         <= 1.60  holds   1975 ms",
            "served              1.60 x         <= 1.60  MISSED",
            "creates             1.99 x         >= 2.00  MISSED",
            "1 of 3 bars hold");
    assertThat(report.missed()).isEqualTo(2);
  }

  @Test
  void aFigureThatIsNoNumberMissesItsBar() {
    report.add(Figure.barred("served", 0.0 / 0.0, "x", 1.6, ""));
    report.add(Figure.atLeast("creates", 0.0 / 0.0, "x", 2, ""));
    assertThat(report.missed()).isEqualTo(2);
  }
}
