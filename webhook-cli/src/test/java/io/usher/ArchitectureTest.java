package io.usher;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.Version;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The package table of ARCHITECTURE.md as code: who may import whom. */
class ArchitectureTest {

  /** Each package with what it may import of the others; a package may always import itself. */
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("json", List.of()),
          Map.entry("patch", List.of("json")),
          Map.entry("admission", List.of("patch", "json")),
          Map.entry("rule", List.of("admission", "patch")),
          Map.entry("webhook", List.of("rule", "admission", "patch")),
          Map.entry("processor", List.of("rule", "admission", "webhook")),
          Map.entry("observe", List.of("rule", "admission", "patch")),
          Map.entry("engine", List.of("observe", "webhook", "rule", "admission", "patch", "json")),
          Map.entry("rulejar", List.of("engine", "webhook", "rule", "admission", "patch")),
          Map.entry("config", List.of()),
          Map.entry("certs", List.of()),
          Map.entry("cel", List.of()),
          Map.entry("authority", List.of("certs")),
          Map.entry("telemetry", List.of("config", "observe", "webhook", "rule", "admission")),
          Map.entry(
              "http",
              List.of("config", "certs", "engine", "observe", "webhook", "rule", "admission")),
          Map.entry(
              "server",
              List.of(
                  "http",
                  "telemetry",
                  "config",
                  "rulejar",
                  "certs",
                  "engine",
                  "observe",
                  "webhook",
                  "rule",
                  "admission")),
          Map.entry("manifest", List.of("webhook", "rule", "admission")),
          Map.entry(
              "apiserver",
              List.of("engine", "cel", "webhook", "rule", "admission", "patch", "json")),
          Map.entry(
              "testkit",
              List.of("engine", "observe", "webhook", "rule", "admission", "patch", "json")),
          Map.entry(
              "cli",
              List.of(
                  "json",
                  "patch",
                  "admission",
                  "observe",
                  "rule",
                  "webhook",
                  "engine",
                  "config",
                  "rulejar",
                  "manifest",
                  "certs",
                  "authority",
                  "telemetry",
                  "http",
                  "server")));

  private static final JavaClasses USHER =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.usher");

  static Stream<Arguments> packages() {
    return MAY_IMPORT.entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0} imports {1}")
  @MethodSource("packages")
  void packageImportsOnlyWhatTheTableSays(String name, List<String> imports) {
    String[] allowed =
        Stream.concat(Stream.of(name), imports.stream())
            .map(each -> "io.usher." + each + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.usher." + name + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.usher..").and(DescribedPredicate.not(resideInAnyPackage(allowed))))
        .check(USHER);
  }

  @Test
  void tableHoldsEveryPackage() {
    var found = new TreeSet<String>();
    for (JavaClass type : USHER) {
      found.add(type.getPackageName().split("\\.")[2]);
    }
    assertThat(found).isEqualTo(new TreeSet<>(MAY_IMPORT.keySet()));
  }

  @Test
  void packagesMakeNoCycle() {
    slices().matching("io.usher.(*)..").should().beFreeOfCycles().check(USHER);
  }

  @Test
  void httpAloneKnowsTheHttpServer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.usher.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
        .check(USHER);
  }

  @Test
  void patchNeedsJacksonAndJsonPatchAlone() {
    classes()
        .that()
        .resideInAPackage("io.usher.patch..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "io.usher.patch..",
            "io.usher.json..",
            "com.fasterxml.jackson.core..",
            "com.fasterxml.jackson.databind..",
            "com.github.fge..",
            "org.jspecify..")
        .check(USHER);
  }

  @Test
  void certsNeedBouncyCastleAndALogger() {
    classes()
        .that()
        .resideInAPackage("io.usher.certs..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax..",
            "io.usher.certs..",
            "org.bouncycastle..",
            "org.slf4j..",
            "org.jspecify..")
        .check(USHER);
  }

  /** A rule jar's class path is no cluster connection, and neither is the server. */
  @Test
  void authorityAloneTalksToAnApiServer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.usher.authority..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.fabric8.kubernetes.client..")
                .and(
                    DescribedPredicate.not(
                        DescribedPredicate.describe(
                            "CustomResource, Version",
                            type ->
                                type.isEquivalentTo(CustomResource.class)
                                    || type.isEquivalentTo(Version.class)))))
        .check(USHER);
  }
}
