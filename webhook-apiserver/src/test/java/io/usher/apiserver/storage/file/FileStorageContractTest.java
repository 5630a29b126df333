package io.usher.apiserver.storage.file;

import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageContract;
import io.usher.apiserver.storage.memory.MemoryStorage;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileStorageContractTest extends StorageContract {
  @TempDir private Path folder;

  @Override
  protected Storage open() {
    return FileStorage.open(folder.resolve("objects.db"), MemoryStorage.DEFAULT_HISTORY_BYTES);
  }
}
