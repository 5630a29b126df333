package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {

  private final HotSpotDiagnosticMXBean jvm =
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

  @Test
  void setsTheFlagsThatTheJvmWasNotTold() {
    jvm.setVMOption("MaxHeapFreeRatio", "55");
    IdleMemory.giveBack();
    assertThat(
            Stream.of("G1PeriodicGCInterval", "MinHeapFreeRatio", "MaxHeapFreeRatio")
                .map(flag -> jvm.getVMOption(flag).getValue()))
        .containsExactly("15000", "10", "55");
  }
}
