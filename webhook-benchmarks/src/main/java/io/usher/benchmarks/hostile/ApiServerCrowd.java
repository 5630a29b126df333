package io.usher.benchmarks.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * {@code usher apiserver} and a crowd that does nothing: requests that never end, watches of what
 * never changes. A get is timed alone and beside the crowd, in turns.
 */
final class ApiServerCrowd {

  static final String NAME = "API server: 300 unfinished requests and 800 idle watches";

  private static final int UNFINISHED = 300;
  private static final int WATCHES = 800;
  private static final int WARM_UP = 3000;
  private static final int GETS = 1000;
  private static final int ROUNDS = 3;

  /** Noise is less; a server that looks at each connection for a get would be far above it. */
  private static final double WORST_RATIO = 1.5;

  private static final Pattern CA = Pattern.compile("certificate-authority-data: (\\S+)");
  private static final Pattern TOKEN = Pattern.compile("token: (\\S+)");
  private static final Pattern PORT = Pattern.compile("server: https://127\\.0\\.0\\.1:(\\d+)");
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private final Target target;
  private final String authorization;

  private ApiServerCrowd(String kubeconfig) throws GeneralSecurityException, IOException {
    byte[] authority = Base64.getDecoder().decode(found(CA, kubeconfig));
    SSLContext tls = ContainedServer.client(authority, new KeyManager[0]);
    this.target = new Target(Integer.parseInt(found(PORT, kubeconfig)), 0, tls, tls);
    this.authorization = "Authorization: Bearer " + found(TOKEN, kubeconfig) + "\r\n";
  }

  /** Times gets, and tells whether the crowd slows them. */
  static boolean run(Path usher) throws IOException, GeneralSecurityException {
    Path kubeconfig = Files.createTempDirectory("usher-crowd").resolve("kubeconfig");
    var process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-jar",
                usher.toString(),
                "apiserver",
                "--secure-port=0",
                "--kubeconfig=" + kubeconfig)
            .redirectErrorStream(true)
            .start();
    try {
      awaitStart(process);
      return new ApiServerCrowd(Files.readString(kubeconfig)).measure();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Reads what it says until it listens. */
  private static void awaitStart(Process process) throws IOException {
    BufferedReader said = process.inputReader();
    String line = "";
    while (!line.contains("listens on")) {
      line = said.readLine();
      if (line == null) {
        throw new IOException("usher apiserver has ended instead of listening");
      }
    }
  }

  private boolean measure() throws IOException {
    gets(WARM_UP);
    var alone = new long[0];
    var beside = new long[0];
    for (int i = 0; i < ROUNDS; i++) {
      alone = joined(alone, gets(GETS));
      List<Client> crowd = crowd();
      try {
        beside = joined(beside, gets(GETS));
      } finally {
        crowd.forEach(Client::close);
      }
    }
    double ratio = percentile(beside, 50) / percentile(alone, 50);
    boolean good = ratio <= WORST_RATIO;
    System.out.printf(
        "%-58s get %s: median %.2f ms alone, %.2f beside them, %.2fx; p99 %.2f ms and %.2f%n",
        NAME,
        good ? "ok" : "SUFFERED",
        percentile(alone, 50),
        percentile(beside, 50),
        ratio,
        percentile(alone, 99),
        percentile(beside, 99));
    return good;
  }

  private List<Client> crowd() throws IOException {
    var crowd = new ArrayList<Client>();
    for (int i = 0; i < WATCHES; i++) {
      crowd.add(Client.tls(target).send(head("GET", MAPS + "?watch=1&resourceVersion=0") + "\r\n"));
    }
    for (int i = 0; i < UNFINISHED; i++) {
      String head = head("POST", MAPS) + "Content-Type: application/json\r\n";
      // Headers have a time, so they come last; half of the requests wait for their bodies.
      boolean body = i < UNFINISHED / 2;
      crowd.add(Client.tls(target).send(body ? head + "Content-Length: 1000\r\n\r\n{" : head));
    }
    return crowd;
  }

  /** The times of gets that follow one another on a connection, in nanoseconds. */
  private long[] gets(int count) throws IOException {
    var nanos = new long[count];
    String get = head("GET", MAPS + "/kube-root-ca.crt") + "\r\n";
    try (var client = Client.victim(target)) {
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        int status = client.send(get).status();
        nanos[i] = System.nanoTime() - start;
        if (status != 200) {
          throw new IOException("a get is answered with " + status);
        }
      }
    }
    return nanos;
  }

  private String head(String method, String path) {
    return method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n" + authorization;
  }

  private static long[] joined(long[] some, long[] more) {
    long[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  private static double percentile(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) * percent / 100] / 1e6;
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("the kubeconfig has no " + pattern);
    }
    return matcher.group(1);
  }
}
