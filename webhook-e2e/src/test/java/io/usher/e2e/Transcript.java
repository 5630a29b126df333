package io.usher.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * A page of the documentation, done by a user who follows it: what is said to be in a file is
 * written, and the commands of its {@code console} blocks are run in one shell.
 *
 * <p>A file is a block behind a line that ends with its name in backquotes and a colon. A command
 * begins with {@code $}; {@code usher apiserver} and {@code java} are servers, which go on until a
 * later block begins with {@code ^C}, or the page ends.
 */
final class Transcript implements AutoCloseable {

  private static final Pattern BLOCK =
      Pattern.compile("(?:`([\\w./-]+)`:\\n\\n)?```(\\w+)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SERVER = Pattern.compile("(usher apiserver|java) .*");
  private static final String END = "-- end of output --";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path folder;
  private final ProcessBuilder processes;
  private final Process shell;
  private final BufferedReader said;
  private final Deque<Process> servers = new ArrayDeque<>();

  /**
   * @param folder where the user is
   * @param path of the user's programs
   */
  Transcript(Path folder, String path) throws IOException {
    this.folder = folder;
    processes = new ProcessBuilder().directory(folder.toFile()).redirectErrorStream(true);
    processes.environment().put("PATH", path);
    processes.environment().put("HOME", folder.toString());
    processes.environment().remove("KUBECONFIG");
    shell = processes.command("sh").start();
    said =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The page with what the commands print now. */
  String run(String page) {
    return BLOCK
        .matcher(page)
        .replaceAll(
            block -> {
              try {
                return Matcher.quoteReplacement(done(block));
              } catch (IOException e) {
                throw new IllegalStateException(block.group(), e);
              }
            });
  }

  private String done(MatchResult block) throws IOException {
    String text = block.group(3);
    if (block.group(1) != null) {
      Path file = folder.resolve(block.group(1));
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    return block.group(2).equals("console")
        ? block.group().replace(text, console(text.lines().toList()))
        : block.group();
  }

  private String console(List<String> lines) throws IOException {
    var told = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.equals("^C")) {
        interrupt();
        told.append(line).append('\n');
      } else if (line.startsWith("$ ")) {
        String command = line.substring(2);
        told.append(line).append('\n');
        told.append(
            SERVER.matcher(command).matches()
                ? serve(command, printed(lines, i))
                : execute(command));
      }
    }
    return told.toString();
  }

  /** How many lines a command is said to print. */
  private static long printed(List<String> lines, int command) {
    return lines.subList(command + 1, lines.size()).stream()
        .takeWhile(line -> !line.startsWith("$ "))
        .count();
  }

  private String serve(String command, long lines) throws IOException {
    Path log = Files.createTempFile(folder, "server", ".log");
    var server =
        processes.command("sh", "-c", "exec " + command).redirectOutput(log.toFile()).start();
    servers.push(server);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> Files.readAllLines(log).size() >= lines || !server.isAlive());
    return Files.readAllLines(log).stream()
        .map(line -> line.replace(folder.toString(), "/home/me") + '\n')
        .collect(Collectors.joining());
  }

  private String execute(String command) throws IOException {
    var end =
        CompletableFuture.runAsync(
            shell::destroyForcibly,
            CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    try {
      return printed(command);
    } finally {
      end.cancel(false);
    }
  }

  private String printed(String command) throws IOException {
    var stdin = shell.getOutputStream();
    stdin.write((command + "\necho '" + END + "'\n").getBytes(StandardCharsets.UTF_8));
    stdin.flush();
    var output = new StringBuilder();
    for (String line = said.readLine(); !END.equals(line); line = said.readLine()) {
      if (line == null) {
        throw new IOException("the shell has ended at: " + command);
      }
      if (line.endsWith(END)) {
        // The output had no line break at its end.
        return output.append(line, 0, line.length() - END.length()).append('\n').toString();
      }
      output.append(line.replace(folder.toString(), "/home/me")).append('\n');
    }
    return output.toString();
  }

  private void interrupt() {
    Process server = servers.pop();
    server.destroy();
    try {
      if (!server.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    servers.forEach(Process::destroyForcibly);
    shell.destroyForcibly();
  }
}
