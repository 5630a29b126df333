package io.usher.rulejar;

import io.usher.rulejar.guard.DefinitionGuard.GuardingLoader;
import io.usher.rulejar.guard.LoopGuard;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Loads a rule jar's classes and those of its libraries: the shared ones from the server,
 * everything else from the JDK, the jar and its libraries. Nothing else of the server can be seen.
 * What comes from the jar and its libraries is {@linkplain GuardedClass guarded}.
 */
final class RuleClassLoader extends URLClassLoader implements GuardingLoader {

  static {
    registerAsParallelCapable();
    // Initialises it here: a rule's first check may come at the end of a deep stack.
    LoopGuard.check();
  }

  private final ClassLoader server;

  /** By the URLs of classes; the JDK keeps them for the next one until they are closed. */
  private final Set<JarFile> opened = ConcurrentHashMap.newKeySet();

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

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    URL file = findResource(name.replace('.', '/') + ".class");
    if (file == null) {
      throw new ClassNotFoundException(name);
    }
    try {
      return define(name, file.openConnection());
    } catch (IOException e) {
      throw new ClassNotFoundException(name + " in " + file, e);
    }
  }

  /** A class file that can't be read is the JVM's to refuse. */
  @Override
  public byte[] guarded(byte[] file) {
    try {
      return GuardedClass.of(file);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return file;
    }
  }

  private Class<?> define(String name, URLConnection connection) throws IOException {
    try (InputStream in = connection.getInputStream()) {
      byte[] file = GuardedClass.of(in.readAllBytes());
      return defineClass(name, file, 0, file.length, source(name, connection));
    }
  }

  /** Where a class is from; of a jar, once the class is read, also who signed it. */
  private CodeSource source(String className, URLConnection connection) throws IOException {
    if (connection instanceof JarURLConnection jar) {
      opened.add(jar.getJarFile());
      definePackage(className, jar);
      return new CodeSource(jar.getJarFileURL(), jar.getCertificates());
    }
    String file = connection.getURL().toString();
    for (URL root : getURLs()) {
      if (file.startsWith(root.toString())) {
        return new CodeSource(root, (Certificate[]) null);
      }
    }
    throw new IOException(file + " is in no directory of the class path");
  }

  /** Tells a class's package what the manifest of its jar says, its version for instance. */
  private void definePackage(String className, JarURLConnection jar) throws IOException {
    int dot = className.lastIndexOf('.');
    Manifest manifest = jar.getManifest();
    if (dot < 0 || manifest == null) {
      return;
    }
    String name = className.substring(0, dot);
    if (getDefinedPackage(name) == null) {
      try {
        definePackage(name, manifest, jar.getJarFileURL());
      } catch (IllegalArgumentException e) {
        // A class of the package was defined first, on another thread: what its jar says holds.
      }
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    for (JarFile jar : opened) {
      jar.close();
    }
  }
}
