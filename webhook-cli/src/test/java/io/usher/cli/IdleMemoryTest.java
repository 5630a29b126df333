package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {

  private final HotSpotDiagnosticMXBean jvm =
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

  /** What a JVM without flags has after it, as a process of its own prints it. */
  public static void main(String[] args) {
    IdleMemory.giveBack();
    System.out.print(flags(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)));
  }

  private static List<String> flags(HotSpotDiagnosticMXBean jvm) {
    return Stream.of("G1PeriodicGCInterval", "MinHeapFreeRatio", "MaxHeapFreeRatio")
        .map(flag -> jvm.getVMOption(flag).getValue())
        .toList();
  }

  @Test
  void aJvmWithoutFlagsTakesAll() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                IdleMemoryTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream out = process.getInputStream()) {
      assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("[10000, 20, 40]");
    }
  }

  @Test
  void setsTheFlagsThatTheJvmWasNotTold() {
    jvm.setVMOption("MaxHeapFreeRatio", "55");
    IdleMemory.giveBack();
    assertThat(flags(jvm)).containsExactly("10000", "20", "55");
  }
}
