package io.usher.rulejar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * A rule jar, or a directory of classes that stands for one, and the libraries that it brings.
 *
 * @param name the file's name, for messages
 * @param root the jar or the directory
 * @param libraries jars and directories, in the order in which they are searched
 */
record RuleJarFiles(String name, Path root, List<Path> libraries) {

  RuleJarFiles {
    libraries = List.copyOf(libraries);
  }

  /**
   * Finds what a path stands for: a jar, a directory of jars, a directory of classes.
   *
   * @throws RuleJarException when it is none of them, or a library is not there
   */
  static List<RuleJarFiles> find(Path path) {
    return findIn(path.toAbsolutePath().normalize());
  }

  private static List<RuleJarFiles> findIn(Path path) {
    try {
      if (Files.isRegularFile(path)) {
        return List.of(withLibraries(path));
      }
      if (!Files.isDirectory(path)) {
        throw new RuleJarException("rules " + path + ": there is no such file or directory");
      }
      List<Path> jars = jarsIn(path);
      if (!jars.isEmpty()) {
        var found = new ArrayList<RuleJarFiles>();
        for (Path jar : jars) {
          found.add(withLibraries(jar));
        }
        return found;
      }
      if (holdsClasses(path)) {
        return List.of(withLibraries(path));
      }
      throw new RuleJarException("rules " + path + ": there is neither a jar nor a class in it");
    } catch (IOException e) {
      throw new RuleJarException("rules " + path + ": can't be read: " + e.getMessage(), e);
    }
  }

  private static List<Path> jarsIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jar"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static boolean holdsClasses(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".class"));
    }
  }

  private static RuleJarFiles withLibraries(Path root) throws IOException {
    String name = root.getFileName().toString();
    Set<Path> libraries = new LinkedHashSet<>();
    addClassPath(root, name, libraries);
    for (String folder : List.of(name + "-lib", name.replaceFirst("\\.jar$", "") + "-lib")) {
      Path directory = root.resolveSibling(folder);
      if (Files.isDirectory(directory)) {
        libraries.addAll(jarsIn(directory));
      }
    }
    return new RuleJarFiles(name, root, List.copyOf(libraries));
  }

  /** As the JVM does, a library's own class path counts too; it may name what is not there. */
  private static void addClassPath(Path root, String name, Set<Path> libraries) {
    for (Path library : classPath(root, name)) {
      if (Files.exists(library)) {
        add(library, libraries);
      } else {
        throw new RuleJarException(
            name + ": its manifest's Class-Path names " + library + ", which is not there");
      }
    }
  }

  private static void add(Path library, Set<Path> libraries) {
    if (libraries.add(library)) {
      classPath(library, library.getFileName().toString()).stream()
          .filter(Files::exists)
          .forEach(next -> add(next, libraries));
    }
  }

  private static List<Path> classPath(Path root, String name) {
    try (ClassFiles files = ClassFiles.open(root)) {
      byte[] manifest = files.read(JarFile.MANIFEST_NAME);
      if (manifest == null) {
        return List.of();
      }
      String classPath =
          new Manifest(new ByteArrayInputStream(manifest))
              .getMainAttributes()
              .getValue(Attributes.Name.CLASS_PATH);
      if (classPath == null || classPath.isBlank()) {
        return List.of();
      }
      URI base = root.toUri();
      return Stream.of(classPath.strip().split("\\s+"))
          .map(entry -> Path.of(base.resolve(entry)))
          .toList();
    } catch (IOException e) {
      throw new RuleJarException(name + ": is no readable jar: " + e.getMessage(), e);
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new RuleJarException(
          name + ": its manifest's Class-Path holds what is no path: " + e.getMessage(), e);
    }
  }
}
