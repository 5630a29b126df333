package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.HumanDuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Pod's row in a Table: what its containers' states come to, as {@code kubectl get} says it. */
final class PodRow {

  private final Field pod;
  private final Clock clock;
  private String reason;
  private long restarts;
  private int ready;
  private int total;
  private Instant lastRestart = Instant.EPOCH;

  PodRow(Field pod, Clock clock) {
    this.pod = pod;
    this.clock = clock;
    Field status = pod.at("status");
    reason = status.has("reason") ? status.text("reason") : status.text("phase");
    for (Field condition : status.elements("conditions")) {
      if (condition.text("type").equals("PodScheduled")
          && condition.text("reason").equals("SchedulingGated")) {
        reason = "SchedulingGated";
      }
    }
    total = pod.at("spec.containers").node().size();
    boolean initializing = initContainers();
    if (!initializing || condition("Initialized")) {
      containers();
    }
    if (pod.has("metadata.deletionTimestamp")) {
      if (status.text("reason").equals("NodeLost")) {
        reason = "Unknown";
      } else if (!List.of("Failed", "Succeeded").contains(status.text("phase"))) {
        reason = "Terminating";
      }
    }
  }

  private boolean condition(String type) {
    return pod.elements("status.conditions").stream()
        .anyMatch(each -> each.text("type").equals(type) && each.text("status").equals("True"));
  }

  /** Whether an init container still runs or has failed, which is the reason then. */
  private boolean initContainers() {
    Map<String, Boolean> sidecars = new HashMap<>();
    for (Field each : pod.elements("spec.initContainers")) {
      boolean sidecar = each.text("restartPolicy").equals("Always");
      sidecars.put(each.text("name"), sidecar);
      total += sidecar ? 1 : 0;
    }
    long all = 0;
    int index = 0;
    boolean initializing = false;
    for (Field each : pod.elements("status.initContainerStatuses")) {
      all += each.number("restartCount");
      boolean sidecar = sidecars.getOrDefault(each.text("name"), false);
      if (sidecar) {
        restarts += each.number("restartCount");
        restarted(each);
      }
      Field terminated = each.at("state.terminated");
      if (terminated.isSet() && terminated.number("exitCode") == 0) {
        index++;
        continue;
      }
      if (sidecar && each.isTrue("started")) {
        ready += each.isTrue("ready") ? 1 : 0;
        index++;
        continue;
      }
      String waiting = each.text("state.waiting.reason");
      reason =
          terminated.isSet()
              ? "Init:" + ended(terminated)
              : waiting.isEmpty() || waiting.equals("PodInitializing")
                  ? "Init:" + index + '/' + sidecars.size()
                  : "Init:" + waiting;
      initializing = true;
      break;
    }
    if (initializing) {
      restarts = all;
    }
    return initializing;
  }

  private void containers() {
    boolean running = false;
    String failure = "";
    List<Field> statuses = pod.elements("status.containerStatuses");
    for (int i = statuses.size() - 1; i >= 0; i--) {
      Field each = statuses.get(i);
      restarts += each.number("restartCount");
      restarted(each);
      Field terminated = each.at("state.terminated");
      if (!each.text("state.waiting.reason").isEmpty()) {
        reason = each.text("state.waiting.reason");
      } else if (terminated.isSet()) {
        reason = ended(terminated);
        failure = terminated.number("exitCode") == 0 ? failure : reason;
      } else if (each.isTrue("ready") && each.has("state.running")) {
        running = true;
        ready++;
      }
    }
    if (reason.equals("Completed")) {
      if (running && condition("Ready")) {
        reason = "Running";
      } else if (!failure.isEmpty()) {
        reason = failure;
      } else if (running) {
        reason = "NotReady";
      }
    }
  }

  private static String ended(Field terminated) {
    if (!terminated.text("reason").isEmpty()) {
      return terminated.text("reason");
    }
    return terminated.number("signal") == 0
        ? "ExitCode:" + terminated.number("exitCode")
        : "Signal:" + terminated.number("signal");
  }

  private void restarted(Field status) {
    Field finished = status.at("lastState.terminated.finishedAt");
    if (finished.isSet()) {
      Instant at = Instant.parse(finished.text());
      lastRestart = at.isAfter(lastRestart) ? at : lastRestart;
    }
  }

  JsonNode cell(String column) {
    return TextNode.valueOf(
        switch (column) {
          case "Ready" -> ready + "/" + total;
          case "Status" -> reason;
          case "Restarts" -> restarts();
          case "IP" -> orNone(pod.at("status.podIPs").node().path(0).path("ip").asText());
          case "Node" -> orNone(pod.text("spec.nodeName"));
          case "Nominated Node" -> orNone(pod.text("status.nominatedNodeName"));
          default -> readinessGates();
        });
  }

  private String restarts() {
    return restarts == 0 || lastRestart.equals(Instant.EPOCH)
        ? Long.toString(restarts)
        : restarts
            + " ("
            + HumanDuration.of(Duration.between(lastRestart, clock.instant()))
            + " ago)";
  }

  private String readinessGates() {
    List<Field> gates = pod.elements("spec.readinessGates");
    long met = gates.stream().filter(gate -> condition(gate.text("conditionType"))).count();
    return gates.isEmpty() ? Cells.NONE : met + "/" + gates.size();
  }

  private static String orNone(String text) {
    return text.isEmpty() ? Cells.NONE : text;
  }
}
