package io.usher.apiserver.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file says, read again by {@link #reload()}.
 *
 * <p>The content is compared, not the file's time: that tells a change through whatever links
 * Kubernetes mounts a Secret by. Of the content only a digest is kept, as it may be secret.
 *
 * @param <T> what is made of the text; not to be changed later
 */
public final class ReloadedFile<T> {

  /** Makes something of a file's text. */
  @FunctionalInterface
  public interface Parser<T> {
    /**
     * Reads the text.
     *
     * @throws BadFileException when it is not what it should be
     */
    T parse(Path path, String text) throws BadFileException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(ReloadedFile.class);

  /** Some 100,000 lines. A file that is larger was named by mistake. */
  private static final int MAX_BYTES = 16 << 20;

  private final Path path;
  private final Parser<T> parser;
  private byte[] digest;
  private String reported = "";
  private volatile T current;

  /**
   * Reads the file for the first time.
   *
   * @throws IOException when it can't be read or is not what it should be; the message names it
   */
  public ReloadedFile(Path path, Parser<T> parser) throws IOException {
    this.path = path;
    this.parser = parser;
    byte[] bytes = read();
    this.current = parser.parse(path, text(bytes));
    this.digest = sha256(bytes);
  }

  /** What the file said when it was last good. */
  public T current() {
    return current;
  }

  /**
   * Takes over what the file says now. Keeps what it said when it is bad or can't be read, and logs
   * that once.
   */
  public synchronized void reload() {
    try {
      byte[] bytes = read();
      byte[] now = sha256(bytes);
      if (!MessageDigest.isEqual(now, digest)) {
        current = parser.parse(path, text(bytes));
        digest = now;
        LOG.info("took over what {} says now", path);
      }
      reported = "";
    } catch (IOException e) {
      if (!e.toString().equals(reported)) {
        reported = e.toString();
        LOG.warn("keep what {} said before, as it is bad now: {}", path, reported);
      }
    }
  }

  private byte[] read() throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new BadFileException(path, "is no regular file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new BadFileException(path, "has more than " + MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  private String text(byte[] bytes) throws BadFileException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadFileException(path, "is not UTF-8");
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
