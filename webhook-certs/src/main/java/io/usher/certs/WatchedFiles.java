package io.usher.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made of files that others replace while the process runs. When they become something bad,
 * what was made of them before holds on: for ever, or for a grace after which it is revoked.
 *
 * <p>Their content is compared, not their times: it is a few kilobytes, it tells a change through
 * whatever links Kubernetes mounts a Secret by, and a file's time may stand still over two writes.
 * Used by one thread, but for {@link #value()}, {@link #failures()} and {@link #isBad()}.
 */
public final class WatchedFiles<T> {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

  /** Makes something of the files' contents. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Makes it.
     *
     * @param contents of the files, in their order
     * @throws GeneralSecurityException when one is not what it should be, with the file's name
     */
    T read(List<byte[]> contents) throws GeneralSecurityException, IOException;
  }

  /**
   * What holds when files have been bad for too long.
   *
   * @param grace how long they must have been bad
   * @param value that holds then
   */
  public record Revocation<T>(Duration grace, T value) {}

  private final List<Path> files;
  private final Reader<T> reader;
  private final Clock clock;
  private final @Nullable Revocation<T> revocation;

  /** What the value was made of; null once it is revoked. */
  private @Nullable List<byte[]> taken;

  /** What could not be taken over at the last look; null when all is well. */
  private @Nullable List<byte[]> bad;

  private Instant badSince = Instant.MAX;
  private boolean reported;
  private volatile boolean isBad;
  private volatile long failures;
  private volatile T value;

  /**
   * Reads the files for the first time.
   *
   * @param revocation null when the last good value holds for ever
   * @throws GeneralSecurityException when one is not what it should be, with the file's name
   */
  public WatchedFiles(
      List<Path> files, Reader<T> reader, Clock clock, @Nullable Revocation<T> revocation)
      throws GeneralSecurityException, IOException {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.clock = clock;
    this.revocation = revocation;
    var contents = contents();
    this.value = reader.read(contents);
    this.taken = contents;
  }

  /** What holds now. */
  public T value() {
    return value;
  }

  /** How many times the files became something that was not taken over. */
  public long failures() {
    return failures;
  }

  /** Whether what is in the files now can't be taken over. */
  public boolean isBad() {
    return isBad;
  }

  /**
   * Looks at the files; true when the value has changed. Of files that are bad in the same way one
   * line is logged, at the second look: at the first they may have been read between the writing of
   * one and of the other.
   */
  public boolean look() {
    List<byte[]> now = List.of();
    try {
      now = contents();
      if (taken != null && same(now, taken)) {
        good();
        return false;
      }
      value = reader.read(now);
      taken = now;
      good();
      LOG.info("took over {}", files);
      return true;
    } catch (GeneralSecurityException | IOException | RuntimeException | StackOverflowError e) {
      // What nests too deeply to be read is bad as well.
      return bad(now, e);
    }
  }

  private void good() {
    bad = null;
    badSince = Instant.MAX;
    reported = false;
    isBad = false;
  }

  private boolean bad(List<byte[]> now, Throwable problem) {
    if (bad == null) {
      badSince = clock.instant();
    }
    if (bad == null || !same(now, bad)) {
      bad = now;
      reported = false;
    } else if (!reported) {
      reported = true;
      isBad = true;
      failures++;
      LOG.warn("keep what was in {}, as it is bad now: {}", files, problem.toString());
    }
    if (revocation == null
        || taken == null
        || clock.instant().isBefore(badSince.plus(revocation.grace()))) {
      return false;
    }
    taken = null;
    isBad = true;
    value = revocation.value();
    LOG.warn(
        "what was in {} is revoked, as it has been bad for {}: {}",
        files,
        revocation.grace(),
        problem.toString());
    return true;
  }

  private List<byte[]> contents() throws IOException {
    var contents = new ArrayList<byte[]>();
    for (Path file : files) {
      contents.add(Files.readAllBytes(file));
    }
    return contents;
  }

  private static boolean same(List<byte[]> one, List<byte[]> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!Arrays.equals(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }
}
