package io.usher.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The mutators of rule jars over objects that exist. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description =
        "Make the objects that exist as the mutating rules want them: those that were there before"
            + " the rules, or that were changed while they were away.",
    subcommands = {InitPlanCommand.class, InitApplyCommand.class})
final class InitCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: plan or apply");
  }
}
