package io.usher.rulejar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One rule jar on its way from files to loaded classes. Every message names it. */
final class RuleJar {

  private final RuleJarFiles files;
  private final ClassLoader server;

  /**
   * A jar that nothing is loaded from yet.
   *
   * @param server what loads the shared classes
   */
  RuleJar(RuleJarFiles files, ClassLoader server) {
    this.files = files;
    this.server = server;
  }

  /**
   * Checks the jar and its libraries without loading a class.
   *
   * @return the binary names of its classes that have {@code @Webhook} or rules
   */
  List<String> check() {
    var opened = new ArrayList<ClassFiles>();
    try {
      opened.add(ClassFiles.open(files.root()));
      for (Path library : files.libraries()) {
        opened.add(ClassFiles.open(library));
      }
      return new RuleJarCheck(files.name(), opened, server).ruleClasses();
    } catch (IOException e) {
      throw new RuleJarException(files.name() + ": can't be read: " + e.getMessage(), e);
    } finally {
      close(opened);
    }
  }

  private void close(List<ClassFiles> opened) {
    for (ClassFiles each : opened) {
      try {
        each.close();
      } catch (IOException e) {
        throw new UncheckedIOException("close " + files.name(), e);
      }
    }
  }

  /** A class loader over the jar and its libraries. */
  RuleClassLoader open() {
    var classPath = new ArrayList<URL>();
    try {
      classPath.add(files.root().toUri().toURL());
      for (Path library : files.libraries()) {
        classPath.add(library.toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new RuleJarException(files.name() + ": has no URL: " + e.getMessage(), e);
    }
    return new RuleClassLoader(files.name(), classPath.toArray(URL[]::new), server);
  }

  /** Loads classes, and what their declarations need; initialises none. */
  List<Class<?>> load(List<String> names, RuleClassLoader loader) {
    var classes = new ArrayList<Class<?>>();
    for (String name : names) {
      try {
        Class<?> type = Class.forName(name, false, loader);
        type.getDeclaredConstructors();
        type.getDeclaredMethods();
        type.getDeclaredFields();
        classes.add(type);
      } catch (NoClassDefFoundError e) {
        throw new RuleJarException(
            RuleJarException.missing(
                files.name(), name, String.valueOf(e.getMessage()).replace('/', '.')),
            e);
      } catch (ClassNotFoundException | LinkageError | SecurityException e) {
        throw new RuleJarException(files.name() + ": " + name + " can't be loaded: " + e, e);
      }
    }
    return classes;
  }
}
