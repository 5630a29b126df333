package io.usher.apiserver.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A writer is killed with SIGKILL under load, 20 times: no write that was told is lost. */
class FileStorageKillIT {

  private static final int KILLS = 20;
  private static final int WRITES_BEFORE_KILL = 300;

  @TempDir private Path folder;

  /** The last version of each key that was told. */
  private final Map<String, Long> told = new HashMap<>();

  private final TreeSet<Long> versions = new TreeSet<>();

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void toldWritesAreThereAfterAKill() throws Exception {
    Path file = folder.resolve("objects.db");
    for (int round = 0; round < KILLS; round++) {
      long before = versions.isEmpty() ? 1 : versions.last();
      List<Long> now = writeAndKill(file, "r" + round);
      assertThat(now).as("no version is told twice").doesNotHaveDuplicates();
      assertThat(now).as("versions only rise").allMatch(version -> version > before);
      try (Storage storage = FileStorage.open(file, KilledWriter.HISTORY_BYTES)) {
        check(storage);
        checkWatchResumes(storage, now);
      }
    }
  }

  private List<Long> writeAndKill(Path file, String prefix) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                file.toString(),
                prefix,
                "4")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var now = new ArrayList<Long>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
      String line;
      while ((line = lines.readLine()) != null) {
        String[] parts = line.split(" ");
        if (parts.length < 2) {
          break; // cut off by the kill
        }
        long version = Long.parseLong(parts[1]);
        told.merge(parts[0], version, Math::max);
        now.add(version);
        if (now.size() == WRITES_BEFORE_KILL) {
          // By its handle: Process.destroyForcibly closes the output that is still to be read.
          writer.toHandle().destroyForcibly();
        }
      }
    }
    assertThat(writer.waitFor()).as("exit of a killed process").isEqualTo(128 + 9);
    versions.addAll(now);
    return now;
  }

  /** Each told write is there, or a later one of the same object that was not told any more. */
  private void check(Storage storage) {
    Map<String, StoredObject> objects =
        new HashMap<>(storage.snapshot(KilledWriter.RESOURCE).objects());
    assertThat(storage.version()).isGreaterThanOrEqualTo(versions.last());
    var present = new HashSet<Long>();
    objects.forEach(
        (key, object) -> {
          assertThat(present.add(object.version())).as("doubled " + object.version()).isTrue();
          assertThat(object.version())
              .as(key)
              .isGreaterThanOrEqualTo(told.getOrDefault(key, object.version()));
        });
    told.forEach(
        (key, version) -> {
          if (!objects.containsKey(key)) {
            // Every third is deleted at last; its deletion may not have been told any more.
            assertThat(Integer.parseInt(key.substring(key.lastIndexOf('-') + 1)) % 3)
                .as("lost " + key)
                .isZero();
          }
        });
  }

  /** A watch that saw a hundred writes less than were told gets each of them, once and in order. */
  private static void checkWatchResumes(Storage storage, List<Long> now) {
    List<Long> sorted = now.stream().sorted().toList();
    long seen = sorted.get(sorted.size() - 100);
    List<Long> resumed =
        storage.changesAfter(KilledWriter.RESOURCE, seen).stream().map(Change::version).toList();
    assertThat(resumed)
        .isSorted()
        .doesNotHaveDuplicates()
        .containsAll(sorted.subList(sorted.size() - 99, sorted.size()));
  }
}
