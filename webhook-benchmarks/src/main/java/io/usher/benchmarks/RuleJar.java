package io.usher.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Makes the rule jar of one rule class as a user's build would: the class, and the index that
 * Usher's annotation processor writes for it.
 */
final class RuleJar {

  private RuleJar() {}

  /** Makes {@code NAME.jar} in this directory. */
  static Path make(Class<?> rule, Path directory) throws IOException {
    Path jar = directory.resolve(rule.getSimpleName() + ".jar");
    String classFile = rule.getName().replace('.', '/') + ".class";
    Path index = Files.createDirectories(directory.resolve(rule.getSimpleName()));
    process(rule, index);
    try (OutputStream file = Files.newOutputStream(jar);
        var out = new JarOutputStream(file);
        InputStream in = rule.getClassLoader().getResourceAsStream(classFile);
        Stream<Path> indexes = Files.walk(index)) {
      out.putNextEntry(new ZipEntry(classFile));
      in.transferTo(out);
      for (Path written : indexes.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(index.relativize(written).toString()));
        Files.copy(written, out);
      }
    }
    return jar;
  }

  private static void process(Class<?> rule, Path output) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IOException("there is no javac: run this with a JDK");
    }
    List<String> options =
        List.of(
            "-proc:only",
            "-classpath",
            System.getProperty("java.class.path"),
            "-d",
            output.toString());
    if (!compiler.getTask(null, null, null, options, List.of(rule.getName()), null).call()) {
      throw new IOException("process the annotations of " + rule.getName());
    }
  }
}
