package io.usher.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Rule classes of the tests as {@code --rules} takes them. */
final class RuleFolder {

  private RuleFolder() {}

  /** Copies the classes into {@code rules} below this folder. */
  static Path write(Path parent, Class<?>... classes) throws IOException {
    Path rules = parent.resolve("rules");
    for (Class<?> type : classes) {
      String file = type.getName().replace('.', '/') + ".class";
      Path copy = rules.resolve(file);
      Files.createDirectories(copy.getParent());
      try (var in = type.getClassLoader().getResourceAsStream(file)) {
        Files.write(copy, in.readAllBytes());
      }
    }
    return rules;
  }
}
