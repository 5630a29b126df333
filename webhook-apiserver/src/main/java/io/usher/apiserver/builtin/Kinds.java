package io.usher.apiserver.builtin;

import java.time.Clock;
import java.util.Map;

/** The kinds with defaults and validation, by {@code plural.group}. */
final class Kinds {

  private Kinds() {}

  static Map<String, BuiltInKind> all(Clock clock) {
    return Map.of(
        "configmaps", new ConfigMaps(),
        "namespaces", new Namespaces(),
        "persistentvolumeclaims", new PersistentVolumeClaims(),
        "pods", new Pods(clock),
        "secrets", new Secrets(),
        "services", new Services());
  }
}
