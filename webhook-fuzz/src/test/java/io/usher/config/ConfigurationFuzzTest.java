package io.usher.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in the file, the answer is a configuration or an error that names the file. */
class ConfigurationFuzzTest {

  private static final List<Setting<?>> SETTINGS =
      List.of(
          Configuration.FILE,
          Setting.one("port", "PORT", null, ValueType.number(0, 65_535), "port"),
          Setting.one("body-limit", "BYTES", null, ValueType.BYTES, "size"),
          Setting.one("header-timeout", "DURATION", null, ValueType.DURATION, "time"),
          Setting.one("log-users", "TRUTH", null, ValueType.TRUTH, "users"),
          Setting.perPath("token-file", "FILE", null, ValueType.PATH, "tokens"));

  @TempDir static Path work;

  @FuzzTest
  void file(byte[] text) throws IOException {
    Path file = Files.write(work.resolve("usher.yaml"), text);
    try {
      Configuration.read(SETTINGS, Map.of("config", List.of(file.toString())), Map.of());
    } catch (ConfigurationException e) {
      assertThat(e).hasMessageContaining("usher.yaml");
    }
  }

  /** The sign is the only difference between a duration and its negative. */
  @FuzzTest
  void duration(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    Duration duration;
    try {
      duration = GoDuration.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).hasSizeLessThan(200);
      return;
    }
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = signed ? text.substring(1) : text;
    assertThat(GoDuration.parse("-" + digits).abs()).isEqualTo(duration.abs());
    assertThat(GoDuration.parse(duration.toNanos() + "ns")).isEqualTo(duration);
  }
}
