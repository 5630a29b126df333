package io.usher.decisions;

import io.usher.config.Setting;
import io.usher.config.ValueType;
import java.nio.file.Path;
import java.util.List;

/** Whether decisions and rules are objects, and how the replicas find each other. */
public final class DecisionSettings {

  public static final Setting<Boolean> API =
      Setting.one(
          "api",
          "BOOLEAN",
          "false",
          ValueType.TRUTH,
          "Whether kubectl can get decisions and rules: serves admission.usher.io/v1 behind"
              + " kube-apiserver");

  public static final Setting<Integer> API_PORT =
      Setting.one(
          "api-port",
          "PORT",
          "8444",
          ValueType.number(0, 65535),
          "HTTPS port of that API, for kube-apiserver and the other replicas; 0 for any free one");

  public static final Setting<String> API_SERVICE =
      Setting.one(
          "api-service",
          "NAMESPACE/NAME",
          null,
          new ValueType<>(
              text -> text,
              text -> {
                if (!text.matches("[a-z0-9-]+/[a-z0-9-]+")) {
                  throw new IllegalArgumentException(text + " is not NAMESPACE/NAME");
                }
              }),
          "Service whose EndpointSlices name the other replicas, by port name api; without one"
              + " this replica tells of itself alone");

  public static final Setting<String> API_REPLICA =
      Setting.one(
          "api-replica",
          "NAME",
          null,
          ValueType.TEXT,
          "This replica's name, which is its Pod's; the host's name by default");

  public static final Setting<Path> API_CA =
      Setting.one(
          "api-ca",
          "FILE",
          null,
          ValueType.PATH,
          "PEM file of the CA of the replicas' certificates; ca.crt beside the certificate by"
              + " default");

  public static final Setting<Integer> API_DECISIONS =
      Setting.one(
          "api-decisions",
          "COUNT",
          "1000",
          ValueType.number(1, 100_000),
          "Decisions that each replica keeps");

  public static final Setting<Integer> API_DECISION_BYTES =
      Setting.one(
          "api-decision-bytes",
          "BYTES",
          "4Mi",
          ValueType.BYTES,
          "What they may take; half of it while nobody has looked at them yet");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL =
      List.of(API, API_PORT, API_SERVICE, API_REPLICA, API_CA, API_DECISIONS, API_DECISION_BYTES);

  private DecisionSettings() {}
}
