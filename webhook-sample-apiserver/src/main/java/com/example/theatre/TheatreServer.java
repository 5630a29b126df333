package com.example.theatre;

import io.usher.aggregated.AggregatedApiServer;
import io.usher.apiserver.storage.file.FileStorage;
import io.usher.apiserver.storage.memory.MemoryStorage;
import java.nio.file.Path;
import java.time.Clock;

/** Serves group {@code theatre.example.com} from a file. */
public final class TheatreServer {

  private TheatreServer() {}

  /** Takes the file of the objects, {@code /var/lib/theatre/objects.db}. */
  public static void main(String[] args) throws Exception {
    var storage = FileStorage.open(Path.of(args[0]), MemoryStorage.DEFAULT_HISTORY_BYTES);
    var server =
        AggregatedApiServer.start(
            config ->
                config.library(
                    library ->
                        library
                            .storage(storage)
                            .resource(Shows.type(Clock.systemUTC()))
                            .resource(Tickets.type(Clock.systemUTC()))),
            System.err::println);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    server.awaitEnd();
  }
}
