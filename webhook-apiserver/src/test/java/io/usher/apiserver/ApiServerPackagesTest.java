package io.usher.apiserver;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The package table of ARCHITECTURE.md within the API server: who may import whom. */
class ApiServerPackagesTest {

  /** Each package with what it may import of the others; a package may always import itself. */
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("api", List.of()),
          Map.entry("storage", List.of("api")),
          Map.entry("watch", List.of("api", "storage")),
          Map.entry("discovery", List.of("api")),
          Map.entry("file", List.of()),
          Map.entry("authz", List.of("api", "file")),
          Map.entry("authn", List.of("api", "file", "authz")),
          Map.entry("audit", List.of("api")),
          Map.entry("admission", List.of("api", "schema")),
          Map.entry("schema", List.of("api")),
          Map.entry("openapi", List.of("api", "schema")),
          Map.entry("builtin", List.of("api", "schema")),
          Map.entry("request", List.of("api", "storage", "watch", "authn", "authz", "schema")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.usher.apiserver");

  static Stream<Arguments> packages() {
    return MAY_IMPORT.entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0} imports {1}")
  @MethodSource("packages")
  void packageImportsOnlyWhatTheTableSays(String name, List<String> imports) {
    String[] allowed =
        Stream.concat(Stream.of(name), imports.stream())
            .map(each -> "io.usher.apiserver." + each + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.usher.apiserver." + name + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.usher.apiserver..")
                .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
        .check(CLASSES);
  }

  @Test
  void tableHoldsEveryPackage() {
    var found = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      String[] names = type.getPackageName().split("\\.");
      if (names.length > 3) {
        found.add(names[3]);
      }
    }
    // It joins all others, and the root package's server.
    found.remove("embedded");
    assertThat(MAY_IMPORT.keySet()).isEqualTo(found);
  }

  @Test
  void packagesMakeNoCycle() {
    slices().matching("io.usher.apiserver.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
