package io.usher.apiserver.storage.memory;

import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageContract;

class MemoryStorageContractTest extends StorageContract {
  @Override
  protected Storage open() {
    return MemoryStorage.create(MemoryStorage.DEFAULT_HISTORY_BYTES);
  }
}
