package io.usher.manifest.lint;

import java.util.Locale;

/** How bad a finding is; SARIF's levels. */
public enum Severity {
  /** The cluster can come to harm, or refuses the object. */
  ERROR,
  /** Slower, or less sure, than it needs to be. */
  WARNING;

  /** {@code error}, {@code warning}. */
  String level() {
    return name().toLowerCase(Locale.ROOT);
  }
}
