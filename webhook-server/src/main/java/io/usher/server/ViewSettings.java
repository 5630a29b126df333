package io.usher.server;

import io.usher.config.Setting;
import io.usher.config.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How rules see the cluster. */
public final class ViewSettings {

  public static final Setting<Path> KUBECONFIG =
      Setting.one(
          "kubeconfig",
          "FILE",
          null,
          ValueType.PATH,
          "Kubeconfig to read the cluster by, where rules read it; else as kubectl does, else as the"
              + " Pod's ServiceAccount");

  public static final Setting<Duration> MAX_STALENESS =
      Setting.one(
          "max-staleness",
          "DURATION",
          "150s",
          ValueType.POSITIVE_DURATION,
          "Age of a view of the cluster above which reviews that need it fail; the API server is"
              + " heard of every 60 s at least");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL = List.of(KUBECONFIG, MAX_STALENESS);

  private ViewSettings() {}
}
