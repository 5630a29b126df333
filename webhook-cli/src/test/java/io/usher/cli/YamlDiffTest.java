package io.usher.cli;

import static io.usher.cli.Admissions.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class YamlDiffTest {

  @Test
  void changeIsShownWithItsSurroundings() {
    assertThat(diff(Colours.When.never, "{a: 1, b: 2}", "{a: 1, b: 3, c: x}"))
        .containsExactly(
            "--- sent", "+++ admitted", "@@ -1,2 +1,3 @@", " a: 1", "-b: 2", "+b: 3", "+c: x");
  }

  @Test
  void sameObjectsHaveNone() {
    assertThat(diff(Colours.When.never, "{a: 1}", "{a: 1}")).isEmpty();
  }

  @Test
  void coloursAreThereWhenAskedFor() {
    assertThat(diff(Colours.When.always, "{a: 1}", "{a: 2}"))
        .containsExactly(
            "\u001b[1m--- sent\u001b[0m",
            "\u001b[1m+++ admitted\u001b[0m",
            "\u001b[36m@@ -1,1 +1,1 @@\u001b[0m",
            "\u001b[31m-a: 1\u001b[0m",
            "\u001b[32m+a: 2\u001b[0m");
  }

  @Test
  void stringsThatLookLikeOtherThingsKeepTheirQuotes() {
    assertThat(diff(Colours.When.never, "{}", "{a: \"yes\", b: \"1\", c: \"1e3\", d: \"null\"}"))
        .contains("+a: \"yes\"", "+b: \"1\"", "+c: \"1e3\"", "+d: \"null\"");
  }

  private static List<String> diff(Colours.When colours, String before, String after) {
    return new YamlDiff(new Colours(colours)).lines("sent", yaml(before), "admitted", yaml(after));
  }
}
