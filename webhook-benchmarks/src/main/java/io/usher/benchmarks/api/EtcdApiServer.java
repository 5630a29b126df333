package io.usher.benchmarks.api;

import io.usher.apiserver.storage.etcd.EtcdConfig;
import io.usher.apiserver.storage.etcd.EtcdStorage;
import io.usher.server.HttpsApiServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process: what {@code usher apiserver} is, with its objects in etcd. */
final class EtcdApiServer {

  private EtcdApiServer() {}

  /** Takes etcd's address and where to write the kubeconfig. */
  public static void main(String[] args) throws Exception {
    var storage = EtcdStorage.open(EtcdConfig.of(List.of(URI.create(args[0]))));
    HttpsApiServer server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config -> config.library(library -> library.storage(storage)),
            System.err::println);
    Files.writeString(Path.of(args[1]), server.kubeconfig());
    server.awaitEnd();
  }
}
