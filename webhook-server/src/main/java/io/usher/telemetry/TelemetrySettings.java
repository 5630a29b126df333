package io.usher.telemetry;

import io.usher.config.Setting;
import io.usher.config.ValueType;
import java.util.List;

/** What is told of reviews. */
public final class TelemetrySettings {

  public static final Setting<Boolean> DECISION_LOG =
      Setting.one(
          "decision-log",
          "BOOLEAN",
          "true",
          ValueType.TRUTH,
          "Whether each decision is logged, in a line of its own");

  public static final Setting<Boolean> DECISION_LOG_NAMES =
      Setting.one(
          "decision-log-names",
          "BOOLEAN",
          "true",
          ValueType.TRUTH,
          "Whether those lines tell users, objects' names, and what a rule said of a denial");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL = List.of(DECISION_LOG, DECISION_LOG_NAMES);

  private TelemetrySettings() {}
}
