package io.usher.cli;

import io.usher.cli.local.Admission;
import java.io.PrintWriter;
import java.util.List;

/** One way to print what came of manifests. */
interface ReviewReport {

  /** Prints all of them. */
  void print(List<Admission> admissions, PrintWriter out);

  /** The ways; the names are the option's values. */
  enum Format {
    /** For people. */
    text,
    /** One JSON array. */
    json,
    /** A YAML document an object. */
    yaml,
    /** What changed, as unified diffs of the YAML. */
    diff
  }

  /** The report of this format. */
  static ReviewReport of(Format format, Colours colours) {
    return switch (format) {
      case text -> new TextReport(colours);
      case json -> DataReport::json;
      case yaml -> DataReport::yaml;
      case diff -> new DiffReport(new YamlDiff(colours));
    };
  }
}
