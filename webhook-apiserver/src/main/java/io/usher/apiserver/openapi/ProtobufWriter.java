package io.usher.apiserver.openapi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a message in protobuf's wire format. Absent and empty values are left out. */
final class ProtobufWriter {

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] bytes() {
    return out.toByteArray();
  }

  /** A text, even an empty one where it is an element of a list. */
  ProtobufWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufWriter textIfAny(int field, String value) {
    return value.isEmpty() ? this : text(field, value);
  }

  ProtobufWriter flag(int field, boolean value) {
    if (value) {
      varint((field << 3) | VARINT);
      out.write(1);
    }
    return this;
  }

  ProtobufWriter message(int field, ProtobufWriter message) {
    return bytes(field, message.bytes());
  }

  private ProtobufWriter bytes(int field, byte[] value) {
    varint((field << 3) | LENGTH_DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void varint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
