package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.KilledWriter;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.ToldWrites;
import io.usher.apiserver.storage.etcd.EtcdConfig;
import io.usher.apiserver.storage.etcd.EtcdStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Under load the server, and etcd, are killed with SIGKILL, 20 times each: no write that was told
 * is lost or doubled, and a watch misses nothing.
 */
class EtcdKillIT {

  private static final int KILLS = 20;
  private static final int WRITES_BEFORE_KILL = 60;
  private static final int MISSED = 40;

  @TempDir private Path work;
  private Etcd etcd;
  private final ToldWrites told = new ToldWrites();

  @BeforeEach
  void startEtcd() throws Exception {
    etcd = Etcd.start(work);
  }

  @AfterEach
  void stopEtcd() {
    etcd.close();
  }

  private Storage open() {
    return EtcdStorage.open(EtcdConfig.of(List.of(etcd.uri())));
  }

  @Test
  void toldWritesAreThereAfterTheServerIsKilled() throws Exception {
    try (Storage other = open()) {
      for (int round = 0; round < KILLS; round++) {
        List<Long> now = told.readAndKill(start("r" + round), WRITES_BEFORE_KILL);
        // Another server has seen them, too.
        other.reached(other.latest()).join();
        told.check(other);
        if (round % 5 == 4) {
          try (Storage restarted = open()) {
            told.check(restarted);
            ToldWrites.checkWatchResumes(restarted, now, MISSED);
          }
        }
      }
    }
  }

  private Process start(String prefix) throws Exception {
    return ChildProcess.builder(
            work.resolve("writer.log"),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                EtcdWriter.class.getName(),
                etcd.uri().toString(),
                prefix,
                "4"))
        .redirectErrorStream(false)
        .redirectOutput(ProcessBuilder.Redirect.PIPE)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void toldWritesAreThereAfterEtcdIsKilled() throws Exception {
    try (Storage storage = open()) {
      var seen = new Seen(storage);
      List<Thread> writers = KilledWriter.start(storage, "w", 4, told::add);
      for (int round = 0; round < KILLS; round++) {
        int wanted = told.count() + WRITES_BEFORE_KILL;
        Eventually.eventually(() -> assertThat(told.count()).isGreaterThanOrEqualTo(wanted));
        etcd.kill();
        etcd.start();
      }
      Eventually.eventually(() -> assertThat(storage.isHealthy()).isTrue());
      for (Thread each : writers) {
        each.interrupt();
        each.join();
      }
      storage.reached(storage.latest()).join();
      told.check(storage);
      assertThat(seen.versions()).isSorted().doesNotHaveDuplicates().containsAll(told.versions());
      try (Storage other = open()) {
        told.check(other);
        assertThat(
                other.changesAfter(KilledWriter.RESOURCE, told.versions().get(0)).stream()
                    .map(Change::version)
                    .toList())
            .containsAll(told.versions().subList(1, told.count()));
      }
    }
  }

  /** What a watch of a storage is told. */
  private static final class Seen {
    private final Storage storage;
    private final List<Long> versions = new ArrayList<>();
    private long told;

    Seen(Storage storage) {
      this.storage = storage;
      told = storage.version();
      storage.onChange(KilledWriter.RESOURCE, this::look);
    }

    private synchronized void look() {
      for (Change change : storage.changesAfter(KilledWriter.RESOURCE, told)) {
        told = change.version();
        versions.add(told);
      }
    }

    synchronized List<Long> versions() {
      return List.copyOf(versions);
    }
  }
}
