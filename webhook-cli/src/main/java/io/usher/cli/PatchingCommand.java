package io.usher.cli;

import io.usher.cli.local.ManifestException;
import io.usher.cli.local.ManifestReader;
import io.usher.patch.PatchException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code diff} and {@code patch} have in common: a type, files, and how they fail. */
abstract class PatchingCommand implements Callable<Integer> {

  @Option(
      names = "--type",
      required = true,
      description = "json (RFC 6902), merge (RFC 7386) or strategic (Kubernetes' own kinds)")
  private PatchType type;

  @Spec private CommandSpec spec;

  /**
   * The text to print.
   *
   * @throws ManifestException when a file can't be read
   * @throws PatchException when there is no such patch, or it does not apply
   */
  abstract String result(PatchType type, SingleDocuments files);

  /** What is done with which files, for messages. */
  abstract String step();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.println(result(type, new SingleDocuments(new ManifestReader(System.in))).stripTrailing());
      return ExitCode.OK;
    } catch (PatchException e) {
      spec.commandLine().getErr().println(step() + ": " + e.getMessage());
      return ExitCode.FAILED;
    }
  }
}
