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
    assertThat(report.toString().lines())
        .containsExactly(
            "figure          measured            bar          remark",
            "start, bare         1235 ms                      G1 collector",
            "start, Usher        1.60 x         1.60  holds   1975 ms",
            "served              1.60 x         1.60  MISSED",
            "1 of 2 bars hold");
    assertThat(report.missed()).isOne();
  }

  @Test
  void aFigureThatIsNoNumberMissesItsBar() {
    report.add(Figure.barred("served", 0.0 / 0.0, "x", 1.6, ""));
    assertThat(report.missed()).isOne();
  }
}
