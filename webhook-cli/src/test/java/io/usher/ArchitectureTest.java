package io.usher;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.Version;
import java.time.Clock;
import java.time.temporal.Temporal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The package table of ARCHITECTURE.md as code: who may import whom. */
class ArchitectureTest {

  /**
   * Each package with what it may import of the others, itself and what its imports may import
   * included. A package below one that is named here belongs to it, unless it is named itself.
   */
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.ofEntries(
          entry("json"),
          entry("patch", "json"),
          entry("admission", "patch"),
          entry("authentication", "admission"),
          entry("authorization", "admission"),
          entry("cluster", "admission"),
          entry("conversion"),
          entry("rule", "authentication", "authorization", "cluster", "conversion"),
          entry("webhook", "rule"),
          entry("processor", "webhook"),
          entry("observe", "rule"),
          entry("engine", "observe", "webhook"),
          entry("engine.chain", "engine"),
          entry("engine.admission", "engine.chain"),
          entry("engine.authentication", "engine.chain"),
          entry("engine.authorization", "engine.chain"),
          entry("engine.conversion", "engine"),
          entry("rulejar", "engine", "rulejar.guard"),
          entry("rulejar.guard"),
          entry("config", "json"),
          entry("certs"),
          entry("cel"),
          entry("connection"),
          entry("authority", "certs", "webhook", "connection"),
          entry("view", "engine"),
          entry("leader", "engine", "connection"),
          entry("write", "engine"),
          entry("handler", "leader", "listwatch", "write"),
          entry("listwatch", "view", "connection"),
          entry(
              "initializer",
              "leader",
              "listwatch",
              "write",
              "engine.admission",
              "apiserver.admission"),
          entry("client", "admission", "certs", "connection"),
          entry("aggregated", "http", "client"),
          entry("decisions", "aggregated", "telemetry"),
          entry("parts", "server", "aggregated", "client"),
          entry("telemetry", "config", "observe", "webhook"),
          entry("http", "config", "certs", "engine", "apiserver"),
          entry(
              "server",
              "http",
              "telemetry",
              "rulejar",
              "engine.admission",
              "engine.authentication",
              "engine.authorization",
              "engine.conversion",
              "handler",
              "initializer",
              "decisions"),
          entry("manifest", "webhook"),
          entry("apiserver.api", "rule"),
          entry("apiserver.storage", "apiserver.api", "json"),
          entry("apiserver.storage.etcd", "apiserver.storage", "certs"),
          entry("apiserver.watch", "apiserver.storage"),
          entry("apiserver.discovery", "apiserver.api"),
          entry("apiserver.file"),
          entry("apiserver.review"),
          entry("apiserver.proxy", "apiserver.api"),
          entry("apiserver.authz", "apiserver.api", "apiserver.file", "apiserver.review"),
          entry("apiserver.authn", "apiserver.authz"),
          entry("apiserver.authn.jwt", "apiserver.authn", "cel", "json"),
          entry("apiserver.admission", "apiserver.schema", "apiserver.review"),
          entry("apiserver.audit", "apiserver.api"),
          entry("apiserver.flowcontrol", "apiserver.api"),
          entry("apiserver.schema", "apiserver.api", "cel"),
          entry("apiserver.openapi", "apiserver.schema"),
          entry("apiserver.apiextensions", "apiserver.admission"),
          entry("apiserver.builtin", "apiserver.apiextensions"),
          entry("apiserver.request", "apiserver.watch", "apiserver.authn", "apiserver.schema"),
          entry(
              "apiserver",
              "apiserver.request",
              "apiserver.authn.jwt",
              "apiserver.discovery",
              "apiserver.audit",
              "apiserver.flowcontrol",
              "apiserver.admission",
              "apiserver.openapi",
              "apiserver.builtin",
              "apiserver.proxy"),
          entry(
              "testkit",
              "engine.admission",
              "engine.authentication",
              "engine.authorization",
              "engine.conversion",
              "view"),
          entry("testkit.apiserver", "server", "manifest"),
          entry("cli", "server", "parts", "aggregated", "manifest", "authority", "initializer"));

  private static Map.Entry<String, List<String>> entry(String name, String... imports) {
    return Map.entry(name, List.of(imports));
  }

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
    Set<String> allowed = new TreeSet<>(Set.of(name));
    imports.forEach(each -> addWithImports(each, allowed));
    noClasses()
        .that(DescribedPredicate.describe("are in " + name, type -> entryOf(type).equals(name)))
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are Usher's, but not of " + allowed,
                type ->
                    type.getPackageName().startsWith("io.usher.")
                        && !allowed.contains(entryOf(type))))
        .check(USHER);
  }

  @Test
  void tableHoldsEveryPackage() {
    assertThat(USHER).extracting(ArchitectureTest::entryOf).doesNotContain("");
  }

  @Test
  void packagesMakeNoCycle() {
    slices().assignedFrom(ENTRIES).should().beFreeOfCycles().check(USHER);
  }

  private static void addWithImports(String name, Set<String> added) {
    if (added.add(name)) {
      MAY_IMPORT.get(name).forEach(each -> addWithImports(each, added));
    }
  }

  /** The entry of the table that a class belongs to, empty when there is none. */
  private static String entryOf(JavaClass type) {
    String name = (type.getPackageName() + ".").replaceFirst("^io\\.usher\\.", "");
    return MAY_IMPORT.keySet().stream()
        .filter(entry -> name.startsWith(entry + "."))
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  private static final SliceAssignment ENTRIES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return type.getPackageName().startsWith("io.usher.")
              ? SliceIdentifier.of(entryOf(type))
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "the packages of the table";
        }
      };

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
  void oneClassReadsJettysInternals() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.usher.http.Http1Headers")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.eclipse.jetty..internal..")
        .because(
            "Jetty changes its internals in any release. Http1Headers alone asks them when the"
                + " headers of an HTTP/1.1 request began. When it does not compile with a new"
                + " Jetty, or SlowClientsIT.headersThatTrickleEndInTime fails: look for what"
                + " HttpConnection.getParser() was, the HttpParser of the connection; it knows the"
                + " state between request line and end of headers, and the time of the first byte."
                + " If Jetty gives neither, follow the bytes in FramedTls, as Http2Frames does")
        .check(USHER);
  }

  /** The age of a view and the time of a question stay right when the wall clock jumps. */
  @Test
  void viewsKnowNoWallClock() {
    noClasses()
        .that()
        .resideInAnyPackage("io.usher.listwatch..", "io.usher.view..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Temporal.class)
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(USHER);
  }

  @Test
  void onePackageKnowsEtcd() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.usher.apiserver.storage.etcd..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.etcd..")
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

  /** A rule jar's class path is no cluster connection, and neither is the server's own code. */
  @Test
  void clusterAndTestsAloneTalkToAnApiServer() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.usher.authority..",
            "io.usher.client..",
            "io.usher.connection..",
            "io.usher.leader..",
            "io.usher.handler..",
            "io.usher.listwatch..",
            "io.usher.testkit.apiserver..")
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
