package io.usher.apiserver.storage.file;

import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.storage.memory.MemoryStorage;
import java.io.IOException;
import java.nio.file.Path;

/** Storage in a file: objects are read from memory, and a write is synced before it returns. */
public final class FileStorage {

  private FileStorage() {}

  /**
   * Opens a file, or makes one that only its owner can read.
   *
   * @param file a database of SQLite, whose log {@code FILE-wal} is beside it; for one process at a
   *     time
   * @param historyBytes how much of the history it keeps, about
   * @throws StorageException when it can't be read, is in use by another process, or is of another
   *     format; the message names it
   */
  public static Storage open(Path file, long historyBytes) {
    try {
      SqliteJournal journal = SqliteJournal.open(file);
      try {
        return MemoryStorage.open(historyBytes, journal);
      } catch (StorageException e) {
        journal.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StorageException("open " + file + ": " + e.getMessage(), e);
    }
  }
}
