package io.usher.e2e;

import com.example.theatre.Shows;
import com.example.theatre.Tickets;
import io.usher.aggregated.AggregatedApiServer;
import io.usher.apiserver.storage.file.FileStorage;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;

/** A process that is the sample's API server, on a port and with files of a test. */
final class TheatreProcess {

  /** So little that it is full after minutes, and grows no more. */
  private static final long HISTORY_BYTES = 2 << 20;

  private TheatreProcess() {}

  /** Takes its port, certificate, key, kubeconfig and where its objects are. */
  public static void main(String[] args) throws Exception {
    AggregatedApiServer.start(
            config ->
                config
                    .address(new InetSocketAddress("0.0.0.0", Integer.parseInt(args[0])))
                    .certificate(Path.of(args[1]), Path.of(args[2]))
                    .kubeconfig(Path.of(args[3]))
                    .library(
                        library ->
                            library
                                .storage(FileStorage.open(Path.of(args[4]), HISTORY_BYTES))
                                .resource(Shows.type(Clock.systemUTC()))
                                .resource(Tickets.type(Clock.systemUTC()))),
            System.err::println)
        .awaitEnd();
  }
}
