package io.usher.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line that {@code make test} ends with, by tools/test-summary.sh. */
class TestSummaryTest {

  private static final Path SCRIPT =
      Path.of("..", "tools", "test-summary.sh").toAbsolutePath().normalize();

  @TempDir Path folder;

  private record Summary(int exitCode, String text) {}

  @Test
  void countsOfAllModulesAreSummedUp() throws Exception {
    report("one", "A", 3, 0, 0, 1, "<testcase name=\"a\" classname=\"A\" time=\"0\"/>");
    report("two", "B", 4, 0, 0, 0, "<testcase name=\"b\" classname=\"B\" time=\"0\"/>");

    assertThat(summary()).isEqualTo(new Summary(0, "6 passed, 0 failed, 1 skipped\n"));
  }

  @Test
  void failuresAndErrorsAreShownWithTheirMessages() throws Exception {
    report(
        "one",
        "A",
        3,
        1,
        1,
        0,
        """
        <testcase name="fine" classname="A" time="0.1"/>
          <testcase name="wrong" classname="A" time="0.1">
            <failure message="expected: &lt;1&gt;&#10;but was: &quot;2&quot;" type="E"><![CDATA[E: x
        <testcase name="inStackTrace" classname="A"/>
            at A.wrong]]></failure>
          </testcase>
          <testcase name="broken" classname="A" time="0.1">
            <error type="java.io.IOException"><![CDATA[java.io.IOException
        ]]></error>
          </testcase>
        """);

    assertThat(summary())
        .isEqualTo(
            new Summary(
                1,
                """
                FAILED A.wrong
                      expected: <1>
                      but was: "2"
                FAILED A.broken
                      java.io.IOException
                1 passed, 2 failed, 0 skipped
                """));
  }

  @Test
  void aTestThatPassesWhenItIsRunAgainIsNamed() throws Exception {
    report(
        "one",
        "A",
        2,
        0,
        0,
        0,
        """
        <testcase name="fine" classname="A" time="0.1"/>
          <testcase name="wavering" classname="A" time="0.1">
            <flakyFailure message="expected: &lt;1&gt;" type="E">
              <stackTrace><![CDATA[E: x
            <failure message="no">
            at A.wavering]]></stackTrace>
            </flakyFailure>
          </testcase>
        """);

    assertThat(summary())
        .isEqualTo(
            new Summary(
                0,
                """
                FLAKY A.wavering (it passed when it was run again)
                      expected: <1>
                2 passed, 0 failed, 0 skipped
                """));
  }

  @Test
  void aTestThatFailsTwiceIsShownOnce() throws Exception {
    report(
        "one",
        "A",
        1,
        1,
        0,
        0,
        """
        <testcase name="wrong" classname="A" time="0.1">
            <failure message="first" type="E"><![CDATA[E: x
            at A.wrong]]></failure>
            <rerunFailure message="second" type="E">
              <stackTrace><![CDATA[E: x
            at A.wrong]]></stackTrace>
            </rerunFailure>
          </testcase>
        """);

    assertThat(summary())
        .isEqualTo(
            new Summary(
                1,
                """
                FAILED A.wrong
                      first
                0 passed, 1 failed, 0 skipped
                """));
  }

  @Test
  void whatATestPrintsIsNoReport() throws Exception {
    report(
        "one",
        "A",
        1,
        0,
        0,
        0,
        """
        <testcase name="a" classname="A" time="0">
            <system-out><![CDATA[
        <testsuite name="Fake" tests="5" errors="0" skipped="0" failures="5">
            <failure message="no">
        ]]></system-out>
          </testcase>
        """);

    assertThat(summary()).isEqualTo(new Summary(0, "1 passed, 0 failed, 0 skipped\n"));
  }

  @Test
  void noTestIsAFailure() throws Exception {
    assertThat(summary().exitCode()).isEqualTo(1);
    report("one", "A", 0, 0, 0, 0, "");
    assertThat(summary())
        .isEqualTo(
            new Summary(
                1, "the reports hold no test: no test ran\n0 passed, 0 failed, 0 skipped\n"));
  }

  private void report(
      String module, String suite, int tests, int failures, int errors, int skipped, String cases)
      throws IOException {
    Path reports = Files.createDirectories(folder.resolve(module + "/target/surefire-reports"));
    Files.writeString(
        reports.resolve("TEST-" + suite + ".xml"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="%s" time="0.1" tests="%d" errors="%d" skipped="%d" failures="%d">
          %s
        </testsuite>
        """
            .formatted(suite, tests, errors, skipped, failures, cases));
  }

  private Summary summary() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", SCRIPT.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Summary(process.waitFor(), text);
  }
}
