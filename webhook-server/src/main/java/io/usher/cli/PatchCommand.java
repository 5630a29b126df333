package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.cli.local.ManifestException;
import io.usher.cli.local.ManifestReader;
import io.usher.cli.local.YamlDocuments;
import io.usher.patch.PatchException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints an object after a patch. */
@Command(
    name = "patch",
    mixinStandardHelpOptions = true,
    description = "Apply a patch to an object, and print the object as YAML.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the patched object was printed",
      "1:the patch does not apply",
      "2:a wrong option, or a file that can't be read"
    })
final class PatchCommand implements Callable<Integer> {

  @Option(
      names = "--type",
      required = true,
      description = "json (RFC 6902), merge (RFC 7386) or strategic (Kubernetes' own kinds)")
  private PatchType type;

  @Parameters(index = "0", paramLabel = "a.yaml", description = "the object; - for stdin")
  private String object;

  @Parameters(index = "1", paramLabel = "patch.yaml", description = "the patch, as YAML or JSON")
  private String patch;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var files = new SingleDocuments(new ManifestReader(System.in));
    try {
      ObjectNode from = files.object(object);
      JsonNode change = files.tree(patch);
      spec.commandLine().getOut().print(YamlDocuments.write(type.apply(from, change)));
      spec.commandLine().getOut().flush();
      return ExitCode.OK;
    } catch (ManifestException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE;
    } catch (PatchException e) {
      spec.commandLine()
          .getErr()
          .println("apply " + patch + " to " + object + ": " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }
}
