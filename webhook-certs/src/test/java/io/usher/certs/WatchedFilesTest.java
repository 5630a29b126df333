package io.usher.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {

  private static final Duration GRACE = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private Path file;
  private final TestClock clock = new TestClock();

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("word"), "good");
  }

  @Test
  void changesAreTakenOver() throws Exception {
    var files = watched();
    assertThat(files.look()).as("nothing has changed").isFalse();
    Files.writeString(file, "better");
    assertThat(files.look()).isTrue();
    assertThat(files.value()).isEqualTo("better");
  }

  @Test
  void whatIsGoneHoldsForTheGraceAndNoLonger() throws Exception {
    var files = watched();
    Files.delete(file);
    assertThat(files.look()).isFalse();
    clock.pass(GRACE.minusNanos(1));
    assertThat(files.look()).isFalse();
    assertThat(files.value()).isEqualTo("good");
    clock.pass(Duration.ofNanos(1));
    assertThat(files.look()).isTrue();
    assertThat(files.value()).isEqualTo("nothing");
    assertThat(files.isBad()).isTrue();
  }

  @Test
  void whatIsBadInChangingWaysIsRevokedToo() throws Exception {
    var files = watched();
    for (int i = 0; i < 6; i++) {
      Files.writeString(file, "bad " + i);
      files.look();
      clock.pass(GRACE.dividedBy(5));
    }
    assertThat(files.value()).isEqualTo("nothing");
  }

  @Test
  void theSameContentComesBackAfterItWasRevoked() throws Exception {
    var files = watched();
    Files.delete(file);
    files.look();
    clock.pass(GRACE);
    files.look();
    Files.writeString(file, "good");
    assertThat(files.look()).isTrue();
    assertThat(files.value()).isEqualTo("good");
    assertThat(files.isBad()).isFalse();
  }

  @Test
  void aMomentOfBadnessBeginsNoGraceForTheNext() throws Exception {
    var files = watched();
    Files.writeString(file, "bad");
    files.look();
    clock.pass(GRACE);
    Files.writeString(file, "good");
    files.look();
    Files.writeString(file, "bad");
    assertThat(files.look()).isFalse();
    assertThat(files.value()).isEqualTo("good");
  }

  @Test
  void withoutAGraceTheLastGoodValueHoldsForEver() throws Exception {
    var files = new WatchedFiles<>(List.of(file), WatchedFilesTest::read, clock, null);
    Files.delete(file);
    files.look();
    clock.pass(Duration.ofDays(365));
    assertThat(files.look()).isFalse();
    assertThat(files.value()).isEqualTo("good");
    assertThat(files.failures()).isEqualTo(1);
  }

  @Test
  void aBadFileIsReportedOnce() throws Exception {
    var files = watched();
    Files.writeString(file, "bad");
    files.look();
    assertThat(files.isBad()).as("it may be half written").isFalse();
    for (int i = 0; i < 5; i++) {
      files.look();
    }
    assertThat(files.isBad()).isTrue();
    assertThat(files.failures()).isEqualTo(1);
  }

  @Test
  void whatOverflowsTheStackIsRevokedToo() throws Exception {
    var files = watched();
    Files.writeString(file, "nested");
    assertThat(files.look()).isFalse();
    assertThat(files.value()).isEqualTo("good");
    clock.pass(GRACE);
    assertThat(files.look()).isTrue();
    assertThat(files.value()).isEqualTo("nothing");
    assertThat(files.isBad()).isTrue();
    assertThat(files.failures()).isEqualTo(1);
    Files.writeString(file, "better");
    assertThat(files.look()).isTrue();
    assertThat(files.value()).isEqualTo("better");
  }

  @Test
  void badFilesAreRefusedAtFirst() throws IOException {
    Files.writeString(file, "bad");
    assertThatThrownBy(this::watched).hasMessage("bad");
  }

  private WatchedFiles<String> watched() throws Exception {
    return new WatchedFiles<>(
        List.of(file),
        WatchedFilesTest::read,
        clock,
        new WatchedFiles.Revocation<>(GRACE, "nothing"));
  }

  private static String read(List<byte[]> contents) throws IOException {
    String text = new String(contents.get(0));
    if (text.startsWith("bad")) {
      throw new IOException(text);
    }
    return text.equals("nested") ? nested(text) : text;
  }

  private static String nested(String text) {
    return nested(text) + text;
  }

  /** Goes on when it is told. */
  private static final class TestClock extends Clock {

    private Instant now = Instant.EPOCH;

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
