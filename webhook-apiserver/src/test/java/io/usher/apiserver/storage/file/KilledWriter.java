package io.usher.apiserver.storage.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process that writes into a file with some threads until it is killed, and tells each write on
 * its standard output when it has returned: {@code KEY VERSION}, in one system call.
 */
final class KilledWriter {

  static final GroupResource RESOURCE = new GroupResource("", "configmaps");

  /** Some hundred changes, so that the rest is folded. */
  static final long HISTORY_BYTES = 1 << 20;

  private KilledWriter() {}

  public static void main(String[] args) {
    Storage storage = FileStorage.open(Path.of(args[0]), HISTORY_BYTES);
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      int writer = i;
      new Thread(() -> write(storage, out, args[1] + "-" + writer)).start();
    }
  }

  /** Creates, changes and, of every third, deletes objects. */
  private static void write(Storage storage, OutputStream out, String prefix) {
    try {
      for (int i = 0; ; i++) {
        String key = "ns/" + prefix + "-" + i;
        StoredObject object = storage.put(RESOURCE, key, 0, draft("created"));
        tell(out, key, object.version());
        object = storage.put(RESOURCE, key, object.version(), draft("changed"));
        tell(out, key, object.version());
        if (i % 3 == 0) {
          tell(out, key, storage.delete(RESOURCE, key, object.version()).version());
        }
      }
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
  }

  private static void tell(OutputStream out, String key, long version) throws IOException {
    out.write((key + " " + version + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static Draft draft(String text) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("kind", "ConfigMap").put("apiVersion", "v1").putObject("metadata");
    return Draft.of(object.put("text", text.repeat(50)));
  }
}
