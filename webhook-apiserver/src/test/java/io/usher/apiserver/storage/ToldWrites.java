package io.usher.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a {@link KilledWriter} told, and what a storage must hold of it. Thread-safe. */
public final class ToldWrites {

  /** The last version of each key that was told. */
  private final Map<String, Long> told = new HashMap<>();

  private final TreeSet<Long> versions = new TreeSet<>();

  /** A write was told. */
  public synchronized void add(String key, long version) {
    told.merge(key, version, Math::max);
    assertThat(versions.add(version)).as("told twice: " + version).isTrue();
  }

  public synchronized int count() {
    return versions.size();
  }

  /** The versions told, in order. */
  public synchronized List<Long> versions() {
    return List.copyOf(versions);
  }

  /**
   * Reads what a process tells, and kills it with SIGKILL.
   *
   * @param writes told before it is killed
   * @return the versions that it told, in order
   */
  public List<Long> readAndKill(Process writer, int writes)
      throws IOException, InterruptedException {
    long before = versions.isEmpty() ? 1 : versions.last();
    var now = new TreeSet<Long>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
      String line;
      while ((line = lines.readLine()) != null) {
        String[] parts = line.split(" ");
        if (!line.startsWith("ns/") || parts.length < 2) {
          continue; // of the log, or cut off by the kill
        }
        long version = Long.parseLong(parts[1]);
        add(parts[0], version);
        now.add(version);
        if (now.size() == writes) {
          // By its handle: Process.destroyForcibly closes the output that is still to be read.
          writer.toHandle().destroyForcibly();
        }
      }
    }
    assertThat(writer.waitFor()).as("exit of a killed process").isEqualTo(128 + 9);
    assertThat(now).as("versions only rise").allMatch(version -> version > before);
    return new ArrayList<>(now);
  }

  /** Each told write is there, or a later one of the same object that was not told any more. */
  public synchronized void check(Storage storage) {
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

  /**
   * A watch that saw less than was told, by so many writes, gets each of them, once and in order.
   *
   * @param now versions that were told, in order
   */
  public static void checkWatchResumes(Storage storage, List<Long> now, int missed) {
    long seen = now.get(now.size() - missed - 1);
    List<Long> resumed =
        storage.changesAfter(KilledWriter.RESOURCE, seen).stream().map(Change::version).toList();
    assertThat(resumed)
        .isSorted()
        .doesNotHaveDuplicates()
        .containsAll(now.subList(now.size() - missed, now.size()));
  }
}
