package io.usher.e2e;

import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageContract;
import io.usher.apiserver.storage.etcd.EtcdConfig;
import io.usher.apiserver.storage.etcd.EtcdStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What every storage does, in a real etcd. */
class EtcdContractIT extends StorageContract {

  @TempDir private static Path work;
  private static Etcd etcd;
  private static int prefixes;

  @BeforeAll
  static void startEtcd() throws IOException {
    etcd = Etcd.start(work);
  }

  @AfterAll
  static void stopEtcd() {
    etcd.close();
  }

  @Override
  protected Storage open() {
    return EtcdStorage.open(
        EtcdConfig.of(List.of(etcd.uri())).withPrefix("/registry" + ++prefixes));
  }
}
