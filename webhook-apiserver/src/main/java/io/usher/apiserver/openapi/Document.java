package io.usher.apiserver.openapi;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A document.
 *
 * @param contentType its media type
 * @param bytes not copied, and must not change
 * @param hash SHA-512 in capitals, which changes with the bytes
 */
record Document(String contentType, byte[] bytes, String hash) {

  static final String JSON = "application/json";

  static Document json(byte[] bytes) {
    return of(JSON, bytes);
  }

  static Document of(String contentType, byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-512").digest(bytes);
      return new Document(contentType, bytes, HexFormat.of().withUpperCase().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no SHA-512", e);
    }
  }

  String etag() {
    return '"' + hash + '"';
  }
}
