package io.usher.benchmarks.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.usher.benchmarks.ServerProcess;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * An API server that runs, as its clients reach it.
 *
 * @param name what the report calls it
 * @param port on the loopback address
 * @param tls trusts its certificate
 * @param token of its administrator
 * @param processes what it consists of
 */
record Api(String name, int port, SSLContext tls, String token, List<ServerProcess> processes)
    implements AutoCloseable {

  Api {
    processes = List.copyOf(processes);
  }

  /** What its processes have resident together, in MB. */
  double residentMegabytes() throws IOException {
    double sum = 0;
    for (ServerProcess each : processes) {
      sum += each.residentMegabytes();
    }
    return sum;
  }

  /** The most that they have had resident, in MB. */
  double peakMegabytes() throws IOException {
    double sum = 0;
    for (ServerProcess each : processes) {
      sum += each.peakMegabytes();
    }
    return sum;
  }

  /** Creates a namespace. */
  void namespace(String name) throws IOException {
    try (var connection = ApiConnection.open(this)) {
      namespace(connection, name);
    }
  }

  static void namespace(ApiConnection connection, String name) throws IOException {
    String namespace =
        "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + name + "\"}}";
    connection.post("/api/v1/namespaces", namespace.getBytes(US_ASCII));
  }

  @Override
  public void close() {
    processes.forEach(ServerProcess::close);
  }
}
