package io.usher.rulejar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The files of a jar, as the running JDK sees it, or of a directory of classes. */
interface ClassFiles extends AutoCloseable {

  /** The file name of the jar or the directory. */
  String name();

  /** The names of all files, {@code com/example/Labeling.class}. */
  List<String> names();

  /** A file's content, or null when there is none. */
  byte @Nullable [] read(String name) throws IOException;

  @Override
  void close() throws IOException;

  /** Opens a jar or a directory. */
  static ClassFiles open(Path root) throws IOException {
    return Files.isDirectory(root) ? new Directory(root) : new Jar(root);
  }

  /** A jar; of a multi-release jar, the files that this JDK takes. */
  final class Jar implements ClassFiles {

    private final String name;
    private final JarFile jar;

    Jar(Path path) throws IOException {
      name = path.getFileName().toString();
      // Signatures are the class loader's to verify.
      jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion());
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<String> names() {
      return jar.versionedStream()
          .filter(entry -> !entry.isDirectory())
          .map(JarEntry::getName)
          .toList();
    }

    @Override
    public byte @Nullable [] read(String name) throws IOException {
      JarEntry entry = jar.getJarEntry(name);
      if (entry == null) {
        return null;
      }
      try (var in = jar.getInputStream(entry)) {
        return in.readAllBytes();
      }
    }

    @Override
    public void close() throws IOException {
      jar.close();
    }
  }

  /** A directory of classes. */
  record Directory(Path root) implements ClassFiles {

    @Override
    public String name() {
      return root.getFileName().toString();
    }

    @Override
    public List<String> names() {
      try (Stream<Path> files = Files.walk(root)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> root.relativize(file).toString().replace('\\', '/'))
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException("list " + root, e);
      }
    }

    @Override
    public byte @Nullable [] read(String name) throws IOException {
      Path file = root.resolve(name);
      return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
    }

    @Override
    public void close() {}
  }
}
