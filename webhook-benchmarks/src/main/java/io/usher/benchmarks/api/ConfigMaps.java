package io.usher.benchmarks.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Random;
import java.util.function.LongConsumer;

/** The objects that are written: ConfigMaps of 2 KB, each with the time that it was sent. */
final class ConfigMaps {

  /** Of one as it is sent. */
  private static final int BYTES = 2048;

  private static final byte[] MARK = "\"sent\":\"".getBytes(US_ASCII);

  /** Text that does not shrink to nothing where it is compressed. */
  private static final String FILLER =
      new Random(1)
          .ints(BYTES, 'a', 'z' + 1)
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();

  private ConfigMaps() {}

  /** Where those of a namespace are. */
  static String path(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/configmaps";
  }

  /** One of this name, stamped now. */
  static byte[] object(String name) {
    String head =
        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
            + name
            + "\",\"labels\":{\"app\":\"bench\",\"tier\":\"load\"}},\"data\":{\"sent\":\""
            + System.nanoTime()
            + "\",\"text\":\"";
    String tail = "\"}}";
    return (head + FILLER.substring(head.length() + tail.length()) + tail).getBytes(US_ASCII);
  }

  /**
   * Finds the stamps in what a watch sends.
   *
   * @param to where whole frames end
   */
  static void stamps(byte[] frames, int to, LongConsumer found) {
    for (int i = 0; i + MARK.length <= to; i++) {
      if (frames[i] == '"' && Arrays.equals(frames, i, i + MARK.length, MARK, 0, MARK.length)) {
        long stamp = 0;
        for (i += MARK.length; frames[i] != '"'; i++) {
          stamp = stamp * 10 + frames[i] - '0';
        }
        found.accept(stamp);
      }
    }
  }
}
