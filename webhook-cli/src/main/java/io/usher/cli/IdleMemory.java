package io.usher.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.List;
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
   * allocated, in milliseconds, and how much of the heap may then stay free, in percent. The heap
   * becomes smaller at every third look at the latest. In this order: the JVM refuses a most that
   * is below the least of that time. With less to spare, the first requests after a rest would have
   * it look for garbage many times a second.
   */
  private static final List<Map.Entry<String, String>> FLAGS =
      List.of(
          Map.entry("G1PeriodicGCInterval", "10000"),
          Map.entry("MinHeapFreeRatio", "20"),
          Map.entry("MaxHeapFreeRatio", "40"));

  private IdleMemory() {}

  /** Sets what the JVM was not told when it started; another JVM than HotSpot stays as it is. */
  static void giveBack() {
    try {
      var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      for (Map.Entry<String, String> each : FLAGS) {
        if (jvm.getVMOption(each.getKey()).getOrigin() == VMOption.Origin.DEFAULT) {
          jvm.setVMOption(each.getKey(), each.getValue());
        }
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("this JVM keeps the memory that it has taken", e);
    }
  }
}
