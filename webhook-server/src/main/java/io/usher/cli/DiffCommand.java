package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.cli.local.ManifestException;
import io.usher.cli.local.ManifestReader;
import io.usher.patch.PatchException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the patch that turns one object into another. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = "Print the patch that turns one object into another, as JSON.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the patch was printed, be it empty",
      "1:there is no such patch",
      "2:a wrong option, or a file that can't be read"
    })
final class DiffCommand implements Callable<Integer> {

  @Option(
      names = "--type",
      required = true,
      description = "json (RFC 6902), merge (RFC 7386) or strategic (Kubernetes' own kinds)")
  private PatchType type;

  @Parameters(index = "0", paramLabel = "a.yaml", description = "the object as it is; - for stdin")
  private String before;

  @Parameters(index = "1", paramLabel = "b.yaml", description = "the object as it is to be")
  private String after;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var files = new SingleDocuments(new ManifestReader(System.in));
    try {
      ObjectNode from = files.object(before);
      ObjectNode to = files.object(after);
      JsonNode patch = type.diff(from, to);
      spec.commandLine().getOut().println(patch.toPrettyString());
      return ExitCode.OK;
    } catch (ManifestException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE;
    } catch (PatchException e) {
      spec.commandLine()
          .getErr()
          .println("diff " + before + " to " + after + ": " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }
}
