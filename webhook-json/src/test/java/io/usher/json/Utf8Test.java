package io.usher.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "12345678", "123456789", "ü", "1234567ü", "12345678🎭", "\ufeff"})
  void acceptsText(String text) {
    assertThat(Utf8.firstMalformed(text.getBytes(UTF_8))).isEqualTo(-1);
  }

  @Test
  void acceptsEveryCharacterAtEveryAlignment() {
    var text = new StringBuilder();
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint += 37) {
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    for (int i = 0; i < Long.BYTES; i++) {
      assertThat(Utf8.firstMalformed(("a".repeat(i) + text).getBytes(UTF_8))).isEqualTo(-1);
    }
  }

  @Test
  void findsTheFirstBadByteWhereverItIs() {
    for (int length : new int[] {1, 7, 8, 9, 16, 1023, 1024, 1025, 5000}) {
      for (int at : new int[] {0, length / 2, length - 1}) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'a');
        bytes[at] = (byte) 0xff;
        assertThat(Utf8.firstMalformed(bytes)).isEqualTo(at);
      }
    }
  }

  @Test
  void agreesWithTheJdkOnRandomBytes() {
    var random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      for (int j = 0; j < bytes.length; j++) {
        // Mostly letters, lead bytes and continuations: random bytes are hardly ever UTF-8.
        bytes[j] = (byte) (random.nextBoolean() ? bytes[j] & 0x7f : bytes[j] & 0x3f | 0x80);
        if (random.nextInt(4) == 0 && j + 1 < bytes.length) {
          bytes[j] = (byte) (0xc0 | random.nextInt(0x38));
        }
      }
      boolean valid = Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes);
      assertThat(Utf8.firstMalformed(bytes) < 0).as(Arrays.toString(bytes)).isEqualTo(valid);
    }
  }
}
