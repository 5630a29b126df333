package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.usher.cli.local.YamlDocuments;
import java.util.List;

/** The unified diff of two objects' YAML. */
final class YamlDiff {

  private static final int CONTEXT_LINES = 3;

  private final Colours colours;

  YamlDiff(Colours colours) {
    this.colours = colours;
  }

  /** The lines of the diff, none when the two are the same. */
  List<String> lines(String beforeName, JsonNode before, String afterName, JsonNode after) {
    List<String> from = YamlDocuments.write(before).lines().toList();
    List<String> to = YamlDocuments.write(after).lines().toList();
    return UnifiedDiffUtils.generateUnifiedDiff(
            beforeName, afterName, from, DiffUtils.diff(from, to), CONTEXT_LINES)
        .stream()
        .map(this::coloured)
        .toList();
  }

  private String coloured(String line) {
    if (line.startsWith("+++") || line.startsWith("---")) {
      return colours.bold(line);
    }
    if (line.startsWith("+")) {
      return colours.green(line);
    }
    if (line.startsWith("-")) {
      return colours.red(line);
    }
    return line.startsWith("@@") ? colours.cyan(line) : line;
  }
}
