package io.usher.apiserver.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Threads that write until they or their process are ended, and tell each write that returned. */
public final class KilledWriter {

  public static final GroupResource RESOURCE = new GroupResource("", "configmaps");

  private static final long PAUSE_NANOS = 10_000_000;

  /** Is told of a write when it has returned. */
  public interface Told {
    void told(String key, long version) throws IOException;
  }

  private KilledWriter() {}

  /** Tells each write on the standard output, {@code KEY VERSION}, in one system call. */
  public static void tellOnStandardOutput(Storage storage, String prefix, int threads) {
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    start(
        storage,
        prefix,
        threads,
        (key, version) ->
            out.write((key + " " + version + "\n").getBytes(StandardCharsets.US_ASCII)));
  }

  /**
   * Begins to write.
   *
   * @return the threads, which end when they are interrupted
   */
  public static List<Thread> start(Storage storage, String prefix, int threads, Told told) {
    var started = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      int writer = i;
      var thread = new Thread(() -> write(storage, told, prefix + "-" + writer));
      thread.start();
      started.add(thread);
    }
    return started;
  }

  private static void write(Storage storage, Told told, String prefix) {
    try {
      for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
        try {
          write(storage, told, "ns/" + prefix + "-" + i, i % 3 == 0);
        } catch (StorageException e) {
          if (e.outcome() == StorageException.Outcome.BROKEN) {
            throw e;
          }
          // Nobody knows whether it was written: on with the next one.
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
  }

  /** Creates, changes and, of every third, deletes an object. */
  private static void write(Storage storage, Told told, String key, boolean deletes)
      throws IOException {
    StoredObject object = storage.put(RESOURCE, key, 0, draft("created"));
    told.told(key, object.version());
    object = storage.put(RESOURCE, key, object.version(), draft("changed"));
    told.told(key, object.version());
    if (deletes) {
      told.told(key, storage.delete(RESOURCE, key, object.version()).version());
    }
  }

  private static Draft draft(String text) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("kind", "ConfigMap").put("apiVersion", "v1").putObject("metadata");
    return Draft.of(object.put("text", text.repeat(50)));
  }
}
