package io.usher.rulejar;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where a rule is from.
 *
 * @param jar the file's name
 * @param digest of its bytes, {@code sha256:...}; empty for a directory of classes
 */
public record RuleOrigin(String jar, String digest) {

  /** Of a rule that a program has built. */
  public static final RuleOrigin UNKNOWN = new RuleOrigin("", "");

  static RuleOrigin of(RuleJarFiles files) {
    if (Files.isDirectory(files.root())) {
      return new RuleOrigin(files.name(), "");
    }
    try (InputStream in = Files.newInputStream(files.root());
        var digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digested.transferTo(OutputStream.nullOutputStream());
      return new RuleOrigin(
          files.name(), "sha256:" + HexFormat.of().formatHex(digested.getMessageDigest().digest()));
    } catch (IOException e) {
      throw new RuleJarException(files.name() + ": can't be read: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
