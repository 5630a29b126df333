package io.usher.apiserver.storage.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.etcd.jetcd.api.KeyValue;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.StorageException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects on their way to etcd and from it. What this process has just written is not read again
 * when the watch tells it. Thread-safe.
 */
final class Drafts {

  private final Map<ByteString, Draft> written = new ConcurrentHashMap<>();

  /** The value that is stored: the object's JSON, its version empty. */
  static ByteString value(Draft draft) {
    // A draft's bytes never change.
    return UnsafeByteOperations.unsafeWrap(draft.json());
  }

  /** An object that is about to be written. */
  void expect(ByteString key, Draft draft) {
    written.put(key, draft);
  }

  /** The write is over. */
  void forget(ByteString key, Draft draft) {
    written.remove(key, draft);
  }

  /** The object that the watch tells of. */
  Draft of(KeyValue stored) {
    @Nullable Draft draft = written.get(stored.getKey());
    return draft != null && value(draft).equals(stored.getValue()) ? draft : decode(stored);
  }

  /**
   * Reads an object.
   *
   * @throws StorageException when it is no JSON; the message names its key
   */
  static Draft decode(KeyValue stored) {
    try {
      return Draft.ofStored(stored.getValue().toByteArray());
    } catch (RuntimeException e) {
      throw new StorageException(
          "the value of key " + stored.getKey().toStringUtf8() + " in etcd is no object in JSON",
          e);
    }
  }
}
