package io.usher.apiserver.storage.file;

import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Journal;
import io.usher.apiserver.storage.StoredObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.LockingMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteErrorCode;

/**
 * A journal in SQLite: table {@code objects} is the base, table {@code changes} what came after it.
 *
 * <p>SQLite writes ahead of the database with {@code synchronous=FULL}: a commit returns when its
 * bytes are synced, and after a crash the log is read again. The lock is held as long as the file
 * is open, so that no second process writes.
 */
final class SqliteJournal implements Journal {

  /** Raised when a table changes, so that no release reads what it does not know. */
  private static final int FORMAT = 1;

  /** "Ushr", by which {@code file} and others tell whose database it is. */
  private static final int APPLICATION_ID = 0x55736872;

  /** Changes are folded into the base with a write that is synced anyway, this many at a time. */
  private static final long FOLDED_AT_ONCE = 1000;

  private final Connection connection;
  private long base;
  private long unneeded;

  private SqliteJournal(Connection connection) {
    this.connection = connection;
  }

  /**
   * Opens a file, or makes one.
   *
   * @throws IOException when it is in use, or no journal of this format
   */
  static SqliteJournal open(Path file) throws IOException {
    createFor(file);
    var config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setLockingMode(LockingMode.EXCLUSIVE);
    try {
      Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
      try {
        connection.setAutoCommit(false);
        var journal = new SqliteJournal(connection);
        journal.prepare();
        return journal;
      } catch (SQLException | IOException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** SQLite would let everybody read it, and Secrets are in it. */
  private static void createFor(Path file) throws IOException {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    } catch (FileAlreadyExistsException e) {
      // Whoever made it chose who reads it.
    }
  }

  private void prepare() throws SQLException, IOException {
    long format = number("PRAGMA user_version");
    if (format == 0 && number("SELECT count(*) FROM sqlite_master") == 0) {
      execute("PRAGMA application_id = " + APPLICATION_ID);
      execute("PRAGMA user_version = " + FORMAT);
      execute(
          "CREATE TABLE objects (resource TEXT, api_group TEXT, key TEXT, version INTEGER,"
              + " json BLOB, PRIMARY KEY (api_group, resource, key)) WITHOUT ROWID");
      execute(
          "CREATE TABLE changes (version INTEGER PRIMARY KEY, resource TEXT, api_group TEXT,"
              + " key TEXT, json BLOB)");
      execute("CREATE TABLE base (version INTEGER)");
      execute("INSERT INTO base VALUES (1)");
    } else if (number("PRAGMA application_id") != APPLICATION_ID) {
      throw new IOException("it is a database of another program: name a file that is not there");
    } else if (format != FORMAT) {
      throw new IOException(
          "its format is " + format + ", and this release reads " + FORMAT + " alone");
    }
    connection.commit();
    base = number("SELECT version FROM base");
  }

  @Override
  public void load(Reader reader) throws IOException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet objects =
          statement.executeQuery("SELECT api_group, resource, key, version, json FROM objects")) {
        while (objects.next()) {
          reader.object(
              resource(objects), objects.getString(3), objects.getLong(4), objects.getBytes(5));
        }
      }
      reader.baseVersion(base);
      try (ResultSet changes =
          statement.executeQuery(
              "SELECT api_group, resource, key, version, json FROM changes ORDER BY version")) {
        while (changes.next()) {
          reader.change(
              resource(changes), changes.getString(3), changes.getLong(4), changes.getBytes(5));
        }
      }
      connection.commit();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private static GroupResource resource(ResultSet row) throws SQLException {
    return new GroupResource(row.getString(1), row.getString(2));
  }

  @Override
  public void append(List<Entry> entries) throws IOException {
    try {
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO changes VALUES (?, ?, ?, ?, ?)")) {
        for (Entry entry : entries) {
          insert.setLong(1, entry.version());
          insert.setString(2, entry.resource().resource());
          insert.setString(3, entry.resource().group());
          insert.setString(4, entry.key());
          StoredObject object = entry.object();
          insert.setBytes(
              5,
              object == null
                  ? null
                  : Arrays.copyOfRange(object.array(), object.from(), object.to()));
          insert.addBatch();
        }
        insert.executeBatch();
      }
      if (unneeded - base >= FOLDED_AT_ONCE) {
        fold();
        connection.commit();
        base = unneeded;
      } else {
        connection.commit();
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Of several changes of an object the last counts. */
  private void fold() throws SQLException {
    execute(
        "INSERT OR REPLACE INTO objects (resource, api_group, key, version, json)"
            + " SELECT resource, api_group, key, version, json FROM changes WHERE version <= "
            + unneeded
            + " ORDER BY version");
    execute("DELETE FROM objects WHERE json IS NULL");
    execute("DELETE FROM changes WHERE version <= " + unneeded);
    execute("UPDATE base SET version = " + unneeded);
  }

  @Override
  public void compact(long version) {
    unneeded = version;
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static IOException failure(SQLException e) {
    return new IOException(
        e.getErrorCode() == SQLiteErrorCode.SQLITE_BUSY.code
            ? "another process has it open"
            : e.getMessage(),
        e);
  }
}
