package io.usher.e2e;

import io.usher.apiserver.storage.KilledWriter;
import io.usher.apiserver.storage.etcd.EtcdConfig;
import io.usher.apiserver.storage.etcd.EtcdStorage;
import java.net.URI;
import java.util.List;

/** A process that writes into etcd with some threads until it is killed. */
final class EtcdWriter {

  private EtcdWriter() {}

  /** Takes etcd's address, what names begin with, and how many threads write. */
  public static void main(String[] args) {
    KilledWriter.tellOnStandardOutput(
        EtcdStorage.open(EtcdConfig.of(List.of(URI.create(args[0])))),
        args[1],
        Integer.parseInt(args[2]));
  }
}
