package io.usher.cli;

import io.usher.cli.local.YamlDocuments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints an object after a patch. */
@Command(
    name = "patch",
    mixinStandardHelpOptions = true,
    description = "Apply a patch to an object, and print the object as YAML.")
final class PatchCommand extends PatchingCommand {

  @Parameters(index = "0", paramLabel = "a.yaml", description = "the object; - for stdin")
  private String object;

  @Parameters(index = "1", paramLabel = "patch.yaml", description = "the patch, as YAML or JSON")
  private String patch;

  @Override
  String result(PatchType type, SingleDocuments files) {
    return YamlDocuments.write(type.apply(files.object(object), files.tree(patch)));
  }

  @Override
  String step() {
    return "apply " + patch + " to " + object;
  }
}
