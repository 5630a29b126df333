package io.usher.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of credentials, one a line: a token, or {@code user:password}. Empty lines and those that
 * begin with {@code #} are skipped. {@link #reload()} reads it again when it has changed.
 */
public final class CredentialFile {

  private static final Logger LOG = LoggerFactory.getLogger(CredentialFile.class);

  private final Path path;
  private byte[] content;
  private volatile List<byte[]> digests;

  /**
   * Reads the file.
   *
   * @throws IOException when it can't be read or has no credential
   */
  public CredentialFile(Path path) throws IOException {
    this.path = path;
    this.content = Files.readAllBytes(path);
    this.digests = parse(content);
  }

  /** Takes over what the file says now; keeps what it said when it can't be read or is empty. */
  public void reload() {
    try {
      byte[] now = Files.readAllBytes(path);
      if (!Arrays.equals(now, content)) {
        content = now;
        digests = parse(now);
        LOG.info("read the credentials of {} again", path);
      }
    } catch (IOException e) {
      LOG.warn("keep the credentials that were in {}: {}", path, e.toString());
    }
  }

  /** Takes the same time for each credential of one length, whether it is one of the file's. */
  boolean contains(byte[] credential) {
    byte[] digest = digest(credential);
    boolean found = false;
    for (byte[] each : digests) {
      found |= MessageDigest.isEqual(each, digest);
    }
    return found;
  }

  private List<byte[]> parse(byte[] bytes) throws IOException {
    var found =
        new String(bytes, StandardCharsets.UTF_8)
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
