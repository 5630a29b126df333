package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of a page in {@code docs} that a test makes: it says what happened. With {@code
 * -Dusher.golden.update=true} it is written anew.
 */
final class PageTable {

  private final String head;
  private final List<String> lines = new ArrayList<>();

  /**
   * Starts a table with the names of its columns, by which it is found on the page.
   *
   * @param columns no other table of the page has the same
   */
  PageTable(String... columns) {
    head = line(columns);
    lines.add(head);
    lines.add("|---".repeat(columns.length) + "|");
  }

  void row(String... cells) {
    lines.add(line(cells));
  }

  /** What the page says is what happened now. */
  void requireSame(String page) throws IOException {
    Path file = PagesIT.DOCS.resolve(page);
    List<String> said = Files.readAllLines(file);
    int from = said.indexOf(head);
    assertThat(from).as("%s has the table %s", page, head).isNotNegative();
    int to = from;
    while (to < said.size() && said.get(to).startsWith("|")) {
      to++;
    }
    if (Boolean.getBoolean("usher.golden.update")) {
      var now = new ArrayList<>(said.subList(0, from));
      now.addAll(lines);
      now.addAll(said.subList(to, said.size()));
      Files.write(file, now);
    } else {
      assertThat(lines).as(page).isEqualTo(said.subList(from, to));
    }
  }

  private static String line(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
