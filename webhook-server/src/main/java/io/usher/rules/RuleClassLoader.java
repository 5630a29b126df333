package io.usher.rules;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads a rule jar's classes and those of its libraries: the shared ones from the server,
 * everything else from the JDK, the jar and its libraries. Nothing else of the server can be seen.
 */
final class RuleClassLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader server;

  RuleClassLoader(String name, URL[] classPath, ClassLoader server) {
    super(name, classPath, ClassLoader.getPlatformClassLoader());
    this.server = server;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return ExportedPackages.contains(name)
        ? server.loadClass(name)
        : super.loadClass(name, resolve);
  }
}
