package io.usher.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the patch that turns one object into another. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = "Print the patch that turns one object into another, as JSON.")
final class DiffCommand extends PatchingCommand {

  @Parameters(index = "0", paramLabel = "a.yaml", description = "the object as it is; - for stdin")
  private String before;

  @Parameters(index = "1", paramLabel = "b.yaml", description = "the object as it is to be")
  private String after;

  @Override
  String result(PatchType type, SingleDocuments files) {
    return type.diff(files.object(before), files.object(after)).toPrettyString();
  }

  @Override
  String step() {
    return "diff " + before + " to " + after;
  }
}
