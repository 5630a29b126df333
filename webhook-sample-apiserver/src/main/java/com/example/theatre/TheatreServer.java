package com.example.theatre;

import io.usher.aggregated.AggregatedApiServer;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.etcd.EtcdConfig;
import io.usher.apiserver.storage.etcd.EtcdStorage;
import io.usher.apiserver.storage.file.FileStorage;
import io.usher.apiserver.storage.memory.MemoryStorage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Serves group {@code theatre.example.com} from a file, or from etcd. */
public final class TheatreServer {

  /** As long as the generated Deployment gives it after what it sleeps before. */
  private static final Duration SHUTDOWN_DELAY = Duration.ofSeconds(5);

  private TheatreServer() {}

  /**
   * Takes where the objects are: a file, {@code /var/lib/theatre/objects.db}; or the members of
   * etcd, {@code http://etcd-0:2379,http://etcd-1:2379}. With {@code https} a folder follows, which
   * has {@code ca.crt}, {@code tls.crt} and {@code tls.key}.
   */
  public static void main(String[] args) throws Exception {
    Storage storage = storage(args);
    var server =
        AggregatedApiServer.start(
            config ->
                config
                    .shutdownDelay(SHUTDOWN_DELAY)
                    .library(
                        library ->
                            library
                                .storage(storage)
                                .resource(Shows.type(Clock.systemUTC()))
                                .resource(Tickets.type(Clock.systemUTC()))),
            System.err::println);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    server.awaitEnd();
  }

  static Storage storage(String... args) {
    if (!args[0].contains("://")) {
      return FileStorage.open(Path.of(args[0]), MemoryStorage.DEFAULT_HISTORY_BYTES);
    }
    List<URI> members = Stream.of(args[0].split(",")).map(URI::create).toList();
    Path folder = args.length > 1 ? Path.of(args[1]) : null;
    var tls =
        folder == null
            ? null
            : new EtcdConfig.Tls(
                folder.resolve("ca.crt"), folder.resolve("tls.crt"), folder.resolve("tls.key"));
    return EtcdStorage.open(EtcdConfig.of(members, tls).withPrefix("/theatre"));
  }
}
