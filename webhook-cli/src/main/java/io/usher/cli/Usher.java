package io.usher.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code java -jar usher.jar COMMAND}. */
public final class Usher {

  private Usher() {}

  /** Runs one command; the process ends with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /** A command that is called by its name is made alone: the others' classes take time to load. */
  static CommandLine commandLine(String... args) {
    Map<String, Supplier<Object>> commands = commands();
    var root = CommandSpec.create().name("usher");
    root.usageMessage().description("Kubernetes admission webhooks as small annotated classes");
    root.mixinStandardHelpOptions(true);
    if (args.length > 0 && commands.containsKey(args[0])) {
      commands.keySet().retainAll(Set.of(args[0]));
    }
    commands.forEach((name, command) -> root.addSubcommand(name, commandLine(command.get())));
    return new CommandLine(root)
        .setParameterExceptionHandler(ExitCode::ofUsage)
        .setExecutionExceptionHandler(ExitCode::of);
  }

  private static CommandLine commandLine(Object command) {
    var line = new CommandLine(command);
    explain(line);
    line.getSubcommands().values().forEach(Usher::explain);
    return line;
  }

  private static void explain(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.table());
  }

  private static Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("serve", ServeCommand::spec);
    commands.put("controller", ControllerCommand::spec);
    commands.put("manifests", ManifestsCommand::new);
    commands.put("lint", LintCommand::new);
    commands.put("review", ReviewCommand::new);
    commands.put("init", InitCommand::new);
    commands.put("diff", DiffCommand::new);
    commands.put("patch", PatchCommand::new);
    commands.put("certs", CertsCommand::new);
    commands.put("authority", AuthorityCommand::new);
    commands.put("dev", DevCommand::new);
    commands.put("apiserver", ApiServerCommand::new);
    commands.put("can-i", CanICommand::new);
    commands.put("who-can", WhoCanCommand::new);
    return commands;
  }
}
