package io.usher;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every public type of the packages that follow SemVer. To add one is a decision: {@code
 * -Dusher.golden.update=true} writes the list.
 */
class PublicTypesTest {

  private static final Path LIST = Path.of("src/test/resources/io/usher/public-types.txt");

  private static final List<String> PACKAGES =
      List.of(
          "io.usher.admission",
          "io.usher.authentication",
          "io.usher.authorization",
          "io.usher.cluster",
          "io.usher.conversion",
          "io.usher.patch",
          "io.usher.rule",
          "io.usher.webhook");

  @Test
  void exportedPackagesHoldTheseTypes() throws IOException {
    List<String> found =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(PACKAGES.toArray(String[]::new))
                .stream()
                .filter(type -> PACKAGES.contains(type.getPackageName()))
                .filter(PublicTypesTest::isPublic)
                .map(JavaClass::getName)
                .sorted()
                .toList();
    if (Boolean.getBoolean("usher.golden.update")) {
      Files.write(LIST, found);
    }

    assertThat(found).isEqualTo(Files.readAllLines(LIST));
  }

  /** A member of a type is as public as what is around it. */
  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicTypesTest::isPublic).orElse(true);
  }
}
