package io.usher.http;

import io.usher.certs.WatchedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * A file of credentials, one a line: a token, or {@code user:password}. Empty lines and those that
 * begin with {@code #} are skipped. {@link #reload()} reads it again when it has changed.
 */
public final class CredentialFile {

  private final Path path;
  private final WatchedFiles<List<byte[]>> file;

  /**
   * Reads the file.
   *
   * @param clock tells when the grace is over
   * @param grace how long its credentials still count when it is gone or has none
   * @throws IOException when it can't be read or has no credential
   */
  public CredentialFile(Path path, Clock clock, Duration grace)
      throws IOException, GeneralSecurityException {
    this.path = path;
    var none = new WatchedFiles.Revocation<>(grace, List.<byte[]>of());
    file = new WatchedFiles<>(List.of(path), this::read, clock, none);
  }

  Path path() {
    return path;
  }

  /** Takes over what the file says now. */
  public void reload() {
    file.look();
  }

  /** Whether what is in the file now can't be taken over. */
  boolean isBad() {
    return file.isBad();
  }

  /** Takes the same time for each credential of one length, whether it is one of the file's. */
  boolean contains(byte[] credential) {
    byte[] digest = digest(credential);
    boolean found = false;
    for (byte[] each : file.value()) {
      found |= MessageDigest.isEqual(each, digest);
    }
    return found;
  }

  private List<byte[]> read(List<byte[]> contents) throws IOException {
    var found =
        new String(contents.get(0), StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> digest(line.getBytes(StandardCharsets.UTF_8)))
            .toList();
    if (found.isEmpty()) {
      throw new IOException(path + " has no credential");
    }
    return found;
  }

  private static byte[] digest(byte[] credential) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(credential);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
