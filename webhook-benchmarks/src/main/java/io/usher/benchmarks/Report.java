package io.usher.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of one run, as a table. */
public final class Report {

  private final List<Figure> figures = new ArrayList<>();

  public void add(Figure figure) {
    figures.add(figure);
  }

  /** The figures whose bars are missed. */
  public long missed() {
    return figures.stream().filter(Figure::missed).count();
  }

  /** The table, and a line that sums up. */
  @Override
  public String toString() {
    int width = figures.stream().mapToInt(figure -> figure.name().length()).max().orElse(1);
    var text = new StringBuilder();
    String row = "%-" + width + "s  %10s %-5s %11s  %-6s  %s%n";
    text.append(String.format(row, "figure", "measured", "", "bar", "", "remark"));
    for (Figure figure : figures) {
      String bar = figure.bar() == null ? "" : bar(figure.bar());
      String verdict = figure.bar() == null ? "" : figure.missed() ? "MISSED" : "holds";
      text.append(
          String.format(
                  row,
                  figure.name(),
                  number(figure.value()),
                  figure.unit(),
                  bar,
                  verdict,
                  figure.remark())
              .stripTrailing());
      text.append(System.lineSeparator());
    }
    long barred = figures.stream().filter(figure -> figure.bar() != null).count();
    return text.append(barred - missed()).append(" of ").append(barred).append(" bars hold")
        + System.lineSeparator();
  }

  private static String bar(Figure.Bar bar) {
    return (bar.atLeast() ? ">= " : "<= ") + number(bar.limit());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }
}
