package io.usher.rulejar;

import java.util.List;
import java.util.Set;

/**
 * The packages that the server shares with every rule jar; all else that the server has is hidden
 * from rules. This list is the contract: it follows SemVer, and docs/rule-jars.md repeats it.
 */
final class ExportedPackages {

  /** Exactly these packages. */
  static final Set<String> PACKAGES =
      Set.of(
          "com.fasterxml.jackson.annotation",
          "io.fabric8.kubernetes.api",
          "io.usher.admission",
          "io.usher.authentication",
          "io.usher.authorization",
          "io.usher.cluster",
          "io.usher.conversion",
          "io.usher.patch",
          "io.usher.rule",
          "io.usher.rulejar.guard",
          "io.usher.webhook",
          "org.jspecify.annotations",
          "org.slf4j",
          "org.slf4j.event",
          "org.slf4j.helpers",
          "org.slf4j.spi");

  /** These packages and all below them. */
  static final List<String> TREES =
      List.of(
          "com.fasterxml.jackson.core",
          "com.fasterxml.jackson.databind",
          "io.fabric8.kubernetes.api.builder",
          "io.fabric8.kubernetes.api.model",
          "io.fabric8.kubernetes.internal",
          "io.fabric8.kubernetes.model");

  /** Of a package that is hidden otherwise. */
  static final Set<String> CLASSES = Set.of("io.fabric8.kubernetes.client.CustomResource");

  private ExportedPackages() {}

  /** Whether a class, by its binary name, is the server's to provide. */
  static boolean contains(String className) {
    if (CLASSES.contains(className)) {
      return true;
    }
    int dot = className.lastIndexOf('.');
    if (dot < 0) {
      return false;
    }
    String name = className.substring(0, dot);
    if (PACKAGES.contains(name)) {
      return true;
    }
    for (String tree : TREES) {
      if (name.startsWith(tree)
          && (name.length() == tree.length() || name.charAt(tree.length()) == '.')) {
        return true;
      }
    }
    return false;
  }
}
