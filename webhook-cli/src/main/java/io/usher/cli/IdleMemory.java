package io.usher.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM give memory back that a burst of requests took, when none has come for a while. A JVM
 * without flags keeps it: its heap may take a quarter of the machine.
 */
final class IdleMemory {

  private static final Logger LOG = LoggerFactory.getLogger(IdleMemory.class);

  /**
   * HotSpot's flags that a running JVM takes: when it looks for garbage though nothing is
   * allocated, in milliseconds, and how much of the heap may then stay free, in percent.
   */
  private static final Map<String, String> FLAGS =
      Map.of(
          "G1PeriodicGCInterval", "15000",
          "MinHeapFreeRatio", "10",
          "MaxHeapFreeRatio", "20");

  private IdleMemory() {}

  /** Sets what the JVM was not told when it started; another JVM than HotSpot stays as it is. */
  static void giveBack() {
    try {
      var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      FLAGS.forEach(
          (flag, value) -> {
            if (jvm.getVMOption(flag).getOrigin() == VMOption.Origin.DEFAULT) {
              jvm.setVMOption(flag, value);
            }
          });
    } catch (IllegalArgumentException e) {
      LOG.debug("this JVM keeps the memory that it has taken", e);
    }
  }
}
