package io.usher.benchmarks.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Attacks a server that has what its container would have, and reports for each attack how the
 * victim fared and what stopped the attacker. Its exit code is 1 when the victim suffered or the
 * server died.
 */
public final class Hostile {

  /** Opens more than a server takes, in each form of a run. */
  private static final int MANY_IDLE = 18_500;

  private static final int SOME_IDLE = 1500;

  private static final Duration RECOVERY = Duration.ofMinutes(1);

  /** For an attack, when the machine had no time for a single review in the time of a short run. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

  private final ContainedServer server;
  private final MemoryCgroup cgroup;
  private final Duration each;
  private final List<String> failures = new ArrayList<>();

  private Hostile(ContainedServer server, MemoryCgroup cgroup, Duration each) {
    this.server = server;
    this.cgroup = cgroup;
    this.each = each;
  }

  /**
   * Runs.
   *
   * @param args the project's directory; {@code --short} for two minutes instead of ten; any other
   *     is part of an attack's name, and only those run
   */
  public static void main(String[] args) throws Exception {
    Path project = Path.of(args[0]);
    boolean brief = List.of(args).contains("--short");
    var wanted =
        List.of(args).subList(1, args.length).stream().filter(a -> !a.startsWith("--")).toList();
    boolean good = true;
    if (isWanted(ApiServerCrowd.NAME, wanted)) {
      good = ApiServerCrowd.run(Container.usher(project));
    }
    List<Attack> attacks = attacks(brief ? SOME_IDLE : MANY_IDLE, wanted);
    if (!attacks.isEmpty()) {
      good &= attack(project, attacks, Duration.ofSeconds(brief ? 1 : 10));
    }
    System.exit(good ? 0 : 1);
  }

  private static boolean attack(Path project, List<Attack> attacks, Duration each)
      throws Exception {
    long limit = Container.memoryLimit(project);
    List<String> flags = Container.jvmFlags(project);
    MemoryCgroup cgroup;
    try {
      cgroup = MemoryCgroup.make(limit);
    } catch (IOException e) {
      System.out.println("SKIPPED: there can be no cgroup here (root can make one): " + e);
      return true;
    }
    Path directory = Files.createTempDirectory("usher-hostile");
    System.out.printf("a server with %d MiB and %s%n", limit >> 20, String.join(" ", flags));
    try (cgroup;
        var server =
            ContainedServer.start(
                cgroup, flags, Container.usher(project), Container.rules(project), directory)) {
      return new Hostile(server, cgroup, each).run(attacks);
    }
  }

  private static List<Attack> attacks(int idle, List<String> wanted) {
    var all = new ArrayList<Attack>();
    all.addAll(Http1Attacks.all());
    all.addAll(Http2Attacks.all());
    all.addAll(OtherAttacks.all(idle));
    return all.stream().filter(each -> isWanted(each.name(), wanted)).toList();
  }

  private static boolean isWanted(String name, List<String> wanted) {
    return wanted.isEmpty() || wanted.stream().anyMatch(name::contains);
  }

  private boolean run(List<Attack> attacks) throws IOException, GeneralSecurityException {
    for (var attack : attacks) {
      awaitHealth();
      var fate = run(attack, each);
      if (fate.isUnknown() && server.isAlive()) {
        fate = run(attack, LONG_ENOUGH);
      }
      if (!fate.good()) {
        failures.add(attack.name() + ": " + (fate.isUnknown() ? "no review" : fate.failure()));
      }
      if (!server.isAlive()) {
        failures.add(attack.name() + ": the server has ended:\n" + server.log());
        break;
      }
    }
    System.out.printf(
        "%d attacks, %d failures; memory at most %d MiB, killed %d times%n",
        attacks.size(), failures.size(), cgroup.peakBytes() >> 20, cgroup.kills());
    failures.forEach(each -> System.out.println("FAILED: " + each));
    return failures.isEmpty() && cgroup.kills() == 0;
  }

  private Victim.Fate run(Attack attack, Duration time) throws IOException {
    var before = server.limits();
    var outcomes = new Outcomes();
    var victim = new Victim(server.target());
    try (victim) {
      long end = System.nanoTime() + time.toNanos();
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < attack.threads(); i++) {
        var thread = new Thread(() -> harm(attack, outcomes, end), "attacker-" + i);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
      }
      join(threads);
    }
    var fate = victim.fate();
    if (!server.isAlive()) {
      return fate;
    }
    System.out.printf(
        "%-58s victim %s %4d reviews, %d retries, worst %5d ms, probe %4d ms; %4d MiB; clients saw %s%s%n",
        attack.name(),
        fate.good() ? "ok" : fate.isUnknown() ? "UNKNOWN" : "SUFFERED",
        fate.reviews(),
        fate.retries(),
        fate.worstReview(),
        fate.worstProbe(),
        cgroup.peakBytes() >> 20,
        outcomes,
        since(before, server.limits()));
    return fate;
  }

  /** Each attack finds a server that has got over the one before. */
  private void awaitHealth() {
    long end = System.nanoTime() + RECOVERY.toNanos();
    String seen = "";
    while (server.isAlive() && System.nanoTime() < end) {
      try (var client = Client.victim(server.target())) {
        int status = client.send(Reviews.post(Target.PATH, Reviews.good())).status();
        if (status == 200) {
          return;
        }
        seen = "status " + status;
      } catch (IOException e) {
        seen = e.toString();
      }
      pause();
    }
    failures.add("a minute after the attack a review still gives " + seen);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void harm(Attack attack, Outcomes outcomes, long end) {
    for (int i = 0; i < 100_000 && System.nanoTime() < end; i++) {
      try {
        attack.round().run(server.target(), outcomes, end);
      } catch (IOException e) {
        outcomes.saw("closed");
      }
    }
  }

  private static void join(List<Thread> threads) {
    try {
      for (var thread : threads) {
        thread.join(TimeUnit.MINUTES.toMillis(5));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String since(Map<String, Long> before, Map<String, Long> after) {
    var grown = new TreeMap<String, Long>();
    after.forEach(
        (limit, count) -> {
          long more = count - before.getOrDefault(limit, 0L);
          if (more > 0) {
            grown.put(limit, more);
          }
        });
    return grown.isEmpty()
        ? ""
        : grown.entrySet().stream()
            .map(each -> each.getKey() + " (" + each.getValue() + ")")
            .collect(Collectors.joining(", ", "; limits: ", ""));
  }

  /** What the image and the manifests give the server. */
  private static final class Container {

    private static final Pattern FLAG = Pattern.compile("<arg>(-X[^<]*)</arg>");
    private static final Pattern LIMIT =
        Pattern.compile("limits:\\s+cpu: \\S+\\s+memory: (\\d+)Mi");

    private Container() {}

    static List<String> jvmFlags(Path project) throws IOException {
      return FLAG.matcher(Files.readString(project.resolve("webhook-image/pom.xml")))
          .results()
          .map(match -> match.group(1))
          .toList();
    }

    static long memoryLimit(Path project) throws IOException {
      Path file = project.resolve("manifests/base/deployment.yaml");
      var limit = LIMIT.matcher(Files.readString(file));
      if (!limit.find()) {
        throw new IOException(file + " has no limit of memory");
      }
      return Long.parseLong(limit.group(1)) << 20;
    }

    static Path usher(Path project) {
      return project.resolve("webhook-cli/target/usher.jar");
    }

    static Path rules(Path project) throws IOException {
      Path target = project.resolve("webhook-sample-labeler/target");
      try (var jars = Files.newDirectoryStream(target, "webhook-sample-labeler-*.jar")) {
        for (Path jar : jars) {
          if (!jar.toString().matches(".*-(sources|javadoc|tests)\\.jar")) {
            return jar;
          }
        }
      }
      throw new IOException(target + " has no jar: run make build");
    }
  }
}
