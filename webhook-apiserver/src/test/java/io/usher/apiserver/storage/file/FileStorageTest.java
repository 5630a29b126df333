package io.usher.apiserver.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.storage.StoredObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest {

  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final GroupResource JOBS = new GroupResource("batch", "jobs");
  private static final long HISTORY = 1 << 20;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("objects.db");
  }

  private Storage open() {
    return FileStorage.open(file, HISTORY);
  }

  private static Draft draft(String name, String text) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("kind", "Pod").put("apiVersion", "v1");
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    metadata.putObject("labels").put("name", name);
    return Draft.of(object.put("text", text));
  }

  private static String json(StoredObject object) {
    return StandardCharsets.UTF_8.decode(object.json()).toString();
  }

  @Test
  void everythingIsThereAfterARestart() {
    long last;
    String web;
    try (Storage storage = open()) {
      long version = storage.put(PODS, "team/web", 0, draft("web", "é")).version();
      storage.put(PODS, "team/web", version, draft("web", "changed"));
      StoredObject gone = storage.put(PODS, "team/gone", 0, draft("gone", ""));
      storage.delete(PODS, "team/gone", gone.version());
      storage.put(JOBS, "team/web", 0, draft("web", "job"));
      web = json(storage.get(PODS, "team/web"));
      last = storage.version();
    }
    try (Storage storage = open()) {
      assertThat(storage.version()).isEqualTo(last);
      assertThat(json(storage.get(PODS, "team/web"))).isEqualTo(web);
      assertThat(storage.get(PODS, "team/web").labels()).containsEntry("name", "web");
      assertThat(storage.get(PODS, "team/gone")).isNull();
      assertThat(storage.snapshot(PODS).objects().keySet()).containsExactly("team/web");
      assertThat(json(storage.get(JOBS, "team/web"))).contains("\"text\":\"job\"");
      assertThat(storage.put(PODS, "team/web", 0, draft("web", ""))).isNull();
      assertThat(storage.put(PODS, "team/new", 0, draft("new", "")).version()).isEqualTo(last + 1);
    }
  }

  @Test
  void watchesResumeOverARestart() {
    List<Long> told;
    long seen;
    try (Storage storage = open()) {
      seen = storage.put(PODS, "a", 0, draft("a", "")).version();
      StoredObject b = storage.put(PODS, "b", 0, draft("b", ""));
      storage.delete(PODS, "b", b.version());
      storage.put(JOBS, "c", 0, draft("c", ""));
      told = storage.changesAfter(PODS, seen).stream().map(Change::version).toList();
    }
    try (Storage storage = open()) {
      List<Change> changes = storage.changesAfter(PODS, seen);
      assertThat(changes).extracting(Change::version).isEqualTo(told);
      assertThat(changes).extracting(Change::isDeletion).containsExactly(false, true);
      assertThat(storage.snapshot(PODS, seen + 1).objects().keySet()).containsExactly("a", "b");
    }
  }

  @Test
  void foldedHistoryKeepsTheObjectsAndTheVersion() throws Exception {
    long last;
    try (Storage storage = FileStorage.open(file, 0)) {
      long version = 0;
      for (int i = 0; i < 1500; i++) {
        version = storage.put(PODS, "counted", version, draft("counted", "" + i)).version();
        StoredObject passing = storage.put(PODS, "p" + i, 0, draft("p", ""));
        storage.delete(PODS, "p" + i, passing.version());
      }
      last = storage.version();
    }
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT (SELECT count(*) FROM objects), (SELECT count(*) FROM changes)")) {
      assertThat(row.getInt(1)).isEqualTo(1);
      assertThat(row.getInt(2)).isLessThan(1100);
    }
    try (Storage storage = open()) {
      assertThat(storage.version()).isEqualTo(last);
      assertThat(storage.snapshot(PODS).objects().keySet()).containsExactly("counted");
      assertThat(json(storage.get(PODS, "counted"))).contains("\"text\":\"1499\"");
      assertThatThrownBy(() -> storage.changesAfter(PODS, 2))
          .isInstanceOf(CompactedException.class);
    }
  }

  @Test
  void fileIsItsOwnersAlone() throws IOException {
    open().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void secondOneCannotOpenIt() {
    Storage first = open();
    assertThatThrownBy(this::open)
        .isInstanceOf(StorageException.class)
        .hasMessage("open " + file + ": another process has it open");
    first.close();
    open().close();
  }

  @Test
  void fileOfAnotherKindIsRefusedAndLeftAlone() throws Exception {
    Files.writeString(file, "no database, but long enough to be taken for one".repeat(100));
    assertThatThrownBy(this::open)
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("open " + file + ": ")
        .hasMessageContaining("file is not a database");
    assertThat(file).content().startsWith("no database");
    Files.delete(file);
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.createStatement().execute("CREATE TABLE theirs (a)");
    }
    assertThatThrownBy(this::open)
        .hasMessage(
            "open "
                + file
                + ": it is a database of another program: name a file that is not there");
  }

  @Test
  void laterFormatIsRefused() throws Exception {
    open().close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.createStatement().execute("PRAGMA user_version = 2");
    }
    assertThatThrownBy(this::open)
        .hasMessage("open " + file + ": its format is 2, and this release reads 1 alone");
  }

  @Test
  void folderThatIsNotThereIsNamed() {
    file = folder.resolve("none/objects.db");
    assertThatThrownBy(this::open)
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("open " + file + ": ");
  }
}
