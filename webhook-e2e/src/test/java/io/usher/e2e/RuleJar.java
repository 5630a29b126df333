package io.usher.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Rule classes of the tests as {@code --rules} takes them. */
final class RuleJar {

  private RuleJar() {}

  static Path write(Path jar, Class<?>... classes) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> type : classes) {
        String file = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(file));
        try (var in = type.getClassLoader().getResourceAsStream(file)) {
          in.transferTo(out);
        }
      }
    }
    return jar;
  }
}
