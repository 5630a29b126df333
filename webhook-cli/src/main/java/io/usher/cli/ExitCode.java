package io.usher.cli;

import io.usher.cli.local.ManifestException;
import io.usher.config.ConfigurationException;
import io.usher.rulejar.RuleJarException;
import io.usher.server.StartException;
import io.usher.webhook.InvalidWebhookException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the process ends with: the same table for every command. */
final class ExitCode {

  /** It did what it was told, and found nothing wrong. */
  static final int OK = 0;

  /** It found something wrong, or what it needs failed. */
  static final int FAILED = 1;

  /** What it was given is wrong. */
  static final int USAGE = 2;

  /** EX_SOFTWARE of sysexits.h. */
  static final int FATAL = 70;

  private ExitCode() {}

  /** The table, for the help. */
  static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    table.put("0", "the command did its work, and found nothing wrong");
    table.put(
        "1",
        "an object or a request was denied, a rule failed, lint found an error, files differ, objects"
            + " would change; or the cluster, a"
            + " port or another program failed");
    table.put(
        "2",
        "an option, a setting, a manifest, a rule jar or another file that was given is wrong");
    table.put("70", "the server ran out of memory or threads, and must be replaced");
    return table;
  }

  /** Ends a command whose options are wrong. */
  static int ofUsage(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + wrong.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(wrong, command.getErr())) {
      command.getErr().println("all options: " + name + " --help");
    }
    return USAGE;
  }

  /** Ends a command that threw: with a line where the message says it all, else with the stack. */
  static int of(Exception thrown, CommandLine command, ParseResult parsed) throws Exception {
    int code;
    if (thrown instanceof ConfigurationException
        || thrown instanceof ManifestException
        || thrown instanceof RuleJarException
        || thrown instanceof InvalidWebhookException) {
      code = USAGE;
    } else if (thrown instanceof StartException || thrown instanceof IOException) {
      code = FAILED;
    } else {
      throw thrown;
    }
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + thrown.getMessage());
    return code;
  }
}
