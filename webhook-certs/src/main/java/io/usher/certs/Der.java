package io.usher.certs;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/**
 * Puts private keys into the PKCS #8 envelope (RFC 5208), the only one that the JDK reads. This
 * much DER is written by hand to spare each start the loading of a library.
 */
final class Der {

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;

  /** {@code parameters [0]} of RFC 5915, the curve. */
  private static final int CURVE = 0xA0;

  private static final byte[] VERSION_0 = {INTEGER, 1, 0};

  /** 1.2.840.113549.1.1.1, and the NULL that follows it. */
  private static final byte[] RSA = {
    0x06,
    0x09,
    0x2A,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xF7,
    0x0D,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** 1.2.840.10045.2.1. */
  private static final byte[] EC_PUBLIC_KEY = {
    0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01
  };

  private Der() {}

  /** Wraps an {@code RSAPrivateKey} (RFC 8017). */
  static byte[] pkcs8FromPkcs1(byte[] key) {
    return of(SEQUENCE, VERSION_0, of(SEQUENCE, RSA), of(OCTET_STRING, key));
  }

  /** Wraps an {@code ECPrivateKey} (RFC 5915) that names its curve. */
  static byte[] pkcs8FromSec1(byte[] key) throws GeneralSecurityException {
    return of(SEQUENCE, VERSION_0, of(SEQUENCE, EC_PUBLIC_KEY, curve(key)), of(OCTET_STRING, key));
  }

  private static byte[] curve(byte[] key) throws GeneralSecurityException {
    try {
      var fields = content(ByteBuffer.wrap(key), SEQUENCE);
      content(fields, INTEGER);
      content(fields, OCTET_STRING);
      var curve = content(fields, CURVE);
      byte[] oid = new byte[curve.remaining()];
      curve.get(oid);
      return oid;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new GeneralSecurityException("the EC private key names no curve", e);
    }
  }

  private static ByteBuffer content(ByteBuffer from, int tag) throws GeneralSecurityException {
    if ((from.get() & 0xFF) != tag) {
      throw new GeneralSecurityException("the EC private key does not follow RFC 5915");
    }
    int length = from.get() & 0xFF;
    if (length >= 0x80) {
      int bytes = length & 0x7F;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | from.get() & 0xFF;
      }
    }
    var content = from.slice().limit(length);
    from.position(from.position() + length);
    return content;
  }

  private static byte[] of(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var out = new ByteArrayOutputStream(content.size() + 5);
    out.write(tag);
    int length = content.size();
    if (length >= 0x10000) {
      throw new IllegalArgumentException("a key of " + length + " bytes");
    }
    // the JDK takes no length that could be written in fewer bytes
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
