package io.usher.apiserver.storage.file;

import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.ToldWrites;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A writer is killed with SIGKILL under load, 20 times: no write that was told is lost. */
class FileStorageKillIT {

  private static final int KILLS = 20;
  private static final int WRITES_BEFORE_KILL = 300;
  private static final int MISSED = 99;

  @TempDir private Path folder;

  private final ToldWrites told = new ToldWrites();

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void toldWritesAreThereAfterAKill() throws Exception {
    Path file = folder.resolve("objects.db");
    for (int round = 0; round < KILLS; round++) {
      List<Long> now = told.readAndKill(start(file, "r" + round), WRITES_BEFORE_KILL);
      try (Storage storage = FileStorage.open(file, FileWriter.HISTORY_BYTES)) {
        told.check(storage);
        ToldWrites.checkWatchResumes(storage, now, MISSED);
      }
    }
  }

  private static Process start(Path file, String prefix) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            FileWriter.class.getName(),
            file.toString(),
            prefix,
            "4")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
