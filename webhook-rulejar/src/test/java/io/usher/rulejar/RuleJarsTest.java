package io.usher.rulejar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Version;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleDefinition;
import io.usher.webhook.InvalidWebhookException;
import io.usher.webhook.WebhookRegistration;
import io.usher.webhook.declaration.RuleIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

class RuleJarsTest {

  private static final String BROUGHT = "this server brings " + Version.clientVersion() + ")";

  @TempDir Path work;

  @Test
  void jarIsFoundByItsIndex() {
    Path jar = labeling("Labeling").indexed().jar(work.resolve("labels.jar"));

    assertThat(names(jar)).containsExactly("Labeling.rule");
  }

  @Test
  void jarWithoutIndexIsScanned() {
    Path jar = labeling("Labeling").jar(work.resolve("labels.jar"));

    assertThat(names(jar)).containsExactly("Labeling.rule");
  }

  @Test
  void directoryOfClassesIsAJar() {
    Path classes = labeling("Labeling").directory();

    assertThat(names(classes)).containsExactly("Labeling.rule");
  }

  @Test
  void everyJarOfADirectoryIsLoaded() throws Exception {
    Path jars = Files.createDirectory(work.resolve("jars"));
    labeling("One").jar(jars.resolve("one.jar"));
    labeling("Two").jar(jars.resolve("two.jar"));
    Files.writeString(jars.resolve("README"), "not a jar");

    assertThat(names(jars)).containsExactlyInAnyOrder("One.rule", "Two.rule");
  }

  @Test
  void severalJarsMakeOneWebhook() {
    Path one = labeling("One").jar(work.resolve("one.jar"));
    Path two = labeling("Two").jar(work.resolve("two.jar"));

    try (RuleJars jars = RuleJars.load(List.of(one, two))) {
      assertThat(jars.webhooks()).hasSize(1);
      List<RuleDefinition> rules = jars.webhooks().get(0).rules(Phase.MUTATING);
      assertThat(rules).hasSize(2);
    }
  }

  @Test
  void conflictsOfSeveralJarsNameThem() {
    Path one = work.resolve("one.jar");
    Path two = work.resolve("two.jar");
    rules("One", "name = \"a.example.com\", timeoutSeconds = 3", "").jar(one);
    rules("Two", "name = \"a.example.com\", timeoutSeconds = 4", "").jar(two);

    assertThatThrownBy(() -> RuleJars.load(List.of(one, two)))
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessage(
            "webhook a.example.com: timeoutSeconds is 3 in com.example.One (one.jar) and 4 in"
                + " com.example.Two (two.jar); state it in one of them, or the same in both");
  }

  @Test
  void classesThatNoLoaderFindsAreNoMatter() throws Exception {
    Path classes = labeling("Labeling").directory();
    byte[] misplaced = Files.readAllBytes(classes.resolve("com/example/Labeling.class"));
    Path jar =
        labeling("Other")
            .file("META-INF/versions/1/com/example/Labeling.class", misplaced)
            .file("nested/com/example/Labeling.class", misplaced)
            .jar(work.resolve("labels.jar"));

    assertThat(names(jar)).containsExactly("Other.rule");
  }

  @Test
  void misuseNamesTheJar() {
    Path jar = work.resolve("labels.jar");
    rules("Labeling", "name = \"labeler\"", "").jar(jar);

    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .hasMessageStartingWith(
            "labels.jar: Labeling: the webhook's name \"labeler\" is not fully qualified");
  }

  @Test
  void validatorThatEditsIsFoundInItsCode() throws Exception {
    Path jar = work.resolve("labels.jar");
    new JarBuilder(work)
        .source(
            "com.example.Labeling",
            """
            package com.example;
            import io.fabric8.kubernetes.api.model.*;
            import io.usher.rule.*;
            @Webhook(name = "a.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
            class Labeling {
              @Validating(operations = io.usher.admission.Operation.CREATE)
              void judge(Pod pod) { pod.getMetadata().setLabels(java.util.Map.of()); }
              @Mutating(operations = io.usher.admission.Operation.CREATE)
              void edit(Pod pod) { pod.getMetadata().setLabels(java.util.Map.of()); }
            }
            """)
        .jar(jar);

    try (RuleJars jars = RuleJars.load(List.of(jar))) {
      assertThat(jars.webhooks()).hasSize(1);
    }
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
      assertThat(ValidatorEdits.in(loader.loadClass("com.example.Labeling")))
          .containsExactly("judge calls ObjectMeta.setLabels");
    }
  }

  @Test
  void rulesOutsideOfAWebhookAreFoundByTheScan() {
    Path jar = work.resolve("labels.jar");
    new JarBuilder(work)
        .source(
            "com.example.Labeling",
            """
            package com.example;
            class Labeling {
              @io.usher.rule.Mutating(operations = io.usher.admission.Operation.CREATE)
              void rule(io.fabric8.kubernetes.api.model.Pod pod) {}
            }
            """)
        .jar(jar);

    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .hasMessageStartingWith(
            "labels.jar: Labeling.rule: is a rule, but Labeling has no @Webhook");
  }

  @Test
  void jarsBringDifferentVersionsOfOneLibraryByClassPath() throws Exception {
    Path one = withLibrary("one", "1.0");
    Path two = withLibrary("two", "2.0");

    try (RuleJars jars = RuleJars.load(List.of(one, two))) {
      assertThat(jars.webhooks())
          .extracting(RuleJarsTest::denial)
          .containsExactly("library 1.0", "library 2.0");
    }
  }

  @Test
  void librariesComeByAFolderBesideTheJar() throws Exception {
    for (String folder : List.of("labels-lib", "labels.jar-lib")) {
      Path home = Files.createDirectory(work.resolve(folder + "-home"));
      Path library = library("3.0").jar(home.resolve(folder).resolve("library.jar"));
      Path jar = calling("Calling", library).jar(home.resolve("labels.jar"));

      try (RuleJars jars = RuleJars.load(List.of(home))) {
        assertThat(denial(jars.webhooks().get(0))).isEqualTo("library 3.0");
      }
      assertThat(jar).exists();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.example.library.Library field;",
        "void use(com.example.library.Library library) {}",
        "Needing(com.example.library.Library library) {}"
      })
  void missingTypeOfADeclarationIsNamedAtStart(String member) {
    Path library = library("1.0").jar(work.resolve("elsewhere").resolve("library.jar"));
    Path needing =
        rules("Needing", "name = \"a.example.com\"", member)
            .against(library)
            .jar(work.resolve("needing.jar"));

    assertThatThrownBy(() -> RuleJars.load(List.of(needing)))
        .isInstanceOf(RuleJarException.class)
        .hasMessage(
            "needing.jar: com.example.Needing needs com.example.library.Library, which neither the"
                + " jar nor its libraries nor the server's shared packages have; put the library that"
                + " has it into the folder needing-lib beside it, or into the jar");
  }

  @Test
  void whatReachableCodeLacksIsNamedAtStart() {
    Path library =
        new JarBuilder(work)
            .source(
                "com.lib.Intrinsics",
                "package com.lib; public class Intrinsics { public static void check() {} }")
            .source(
                "com.lib.Base",
                "package com.lib; public class Base { public static class Gone extends Exception {} }")
            .source(
                "com.lib.Client",
                "package com.lib; public class Client extends Base { public int old() { return 1; } }")
            .jar(work.resolve("compiled").resolve("library.jar"));
    Path newer =
        new JarBuilder(work)
            .source(
                "com.lib.Client",
                "package com.lib; public class Client { public int renamed() { return 1; } }")
            .jar(work.resolve("labels-lib").resolve("library.jar"));
    Path jar =
        rules(
                "Rules",
                "name = \"a.example.com\"",
                """
                @Validating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
                Decision needing() throws Exception {
                  com.lib.Intrinsics.check();
                  Runnable later = new Task();
                  later.run();
                  java.util.function.Supplier<Object> lambda = () -> com.lib.Base.Gone.class;
                  return Unreached.used(lambda.get());
                }
                void unreached() { com.lib.Intrinsics.check(); new com.lib.Base(); }
                static class Task implements Runnable {
                  public void run() { Old.call(new com.lib.Client()); }
                  void unreached() { com.lib.Base.class.getName(); }
                }
                """)
            .source(
                "com.example.Old",
                "package com.example; class Old { static void call(com.lib.Client client) { client.old(); } }")
            .source(
                "com.example.Unreached",
                """
                package com.example;
                class Unreached {
                  static io.usher.rule.Decision used(Object o) {
                    try {
                      com.lib.Base.class.getName();
                    } catch (NoClassDefFoundError e) {
                      return io.usher.rule.Decision.allow();
                    }
                    return io.usher.rule.Decision.allow();
                  }
                  Object unused() { return new com.lib.Base(); }
                }
                """)
            .against(library)
            .jar(work.resolve("labels.jar"));

    Throwable thrown = catchThrowable(() -> RuleJars.load(List.of(jar)));

    assertThat(newer).exists();
    assertThat(thrown).isInstanceOf(RuleJarException.class);
    String beside =
        ", which neither the jar nor its libraries nor the server's shared packages have; put the"
            + " library that has it into the folder labels-lib beside it, or into the jar";
    assertThat(thrown.getMessage().split("\n"))
        .containsExactly(
            "labels.jar: com.example.Old.call(Client) needs com.lib.Client.old()" + beside,
            "labels.jar: com.example.Rules.lambda$needing$0() needs com.lib.Base.Gone" + beside,
            "labels.jar: com.example.Rules.needing() needs com.lib.Intrinsics" + beside);
  }

  @Test
  void librarysMissingSupertypeIsNamedAtStart() throws Exception {
    Path library =
        new JarBuilder(work)
            .source("com.lib.Base", "package com.lib; public class Base {}")
            .source("com.lib.Client", "package com.lib; public class Client extends Base {}")
            .directory();
    Files.delete(library.resolve("com/lib/Base.class"));
    Path jar =
        rules("Rules", "name = \"a.example.com\"", "Object field = new com.lib.Client();")
            .against(library)
            .classPathEntry(library.toUri().toString())
            .jar(work.resolve("labels.jar"));

    assertRefused(jar, "labels\\.jar: new com\\.example\\.Rules\\(\\) needs com\\.lib\\.Base, .*");
  }

  @Test
  void shadedLibrariesMayLackWhatTheyCanDoWithout() {
    Path optional =
        new JarBuilder(work)
            .source("com.optional.Codec", "package com.optional; public class Codec {}")
            .jar(work.resolve("compiled").resolve("optional.jar"));
    Path jar =
        rules("Rules", "name = \"a.example.com\"", "Object field = new com.lib.Client();")
            .source(
                "com.lib.Client",
                "package com.lib; public class Client { Object o() { return new com.optional.Codec(); } }")
            .against(optional)
            .jar(work.resolve("labels.jar"));

    assertThat(names(jar)).containsExactly("Rules.rule");
  }

  @Test
  void classPathThatIsNotThereIsNamed() {
    Path jar = labeling("Labeling").classPathEntry("lib/none.jar").jar(work.resolve("labels.jar"));

    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .isInstanceOf(RuleJarException.class)
        .hasMessageMatching(
            "labels\\.jar: its manifest's Class-Path names .*/lib/none\\.jar, which is not there");
  }

  @Test
  void copyOfASharedClassIsRefused() {
    Path jar =
        labeling("Labeling")
            .source(
                "io.fabric8.kubernetes.api.model.Pot",
                "package io.fabric8.kubernetes.api.model; public class Pot {}")
            .jar(work.resolve("labels.jar"));

    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .isInstanceOf(RuleJarException.class)
        .hasMessage(
            "labels.jar: holds a copy of io.fabric8.kubernetes.api.model.Pot, a class that the"
                + " server shares with rules; leave it out, as with Maven's scope \"provided\"");
  }

  @Test
  void copyOfASharedClassInALibraryIsRefused() {
    new JarBuilder(work)
        .source("org.slf4j.Extra", "package org.slf4j; public class Extra {}")
        .jar(work.resolve("labels-lib").resolve("slf4j.jar"));
    Path jar = labeling("Labeling").jar(work.resolve("labels.jar"));

    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .hasMessageStartingWith(
            "labels.jar: its library slf4j.jar holds a copy of org.slf4j.Extra");
  }

  @Test
  void copiesOfAnnotationsAreNoMatter() {
    String jspecify =
        org.jspecify.annotations.Nullable.class
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .toString();
    Path jar = labeling("Labeling").classPathEntry(jspecify).jar(work.resolve("labels.jar"));

    assertThat(names(jar)).containsExactly("Labeling.rule");
  }

  @Test
  void librariesOfThousandsOfClassesAreNoMatter() {
    String scala =
        scala.Option.class.getProtectionDomain().getCodeSource().getLocation().toString();
    Path jar = labeling("Labeling").classPathEntry(scala).jar(work.resolve("labels.jar"));

    assertThat(names(jar)).containsExactly("Labeling.rule");
  }

  /** There are 2^40 ways up. */
  @Test
  @Timeout(60)
  void typesThatManyWaysLeadToAreSearchedOnce() {
    assertThat(names(diamonds(Runnable.class))).containsExactly("Labeling.rule");
    assertThatThrownBy(() -> RuleJars.load(List.of(diamonds(HasMetadata.class))))
        .hasMessageContaining("labels.jar: com.example.Top40.gone() is missing, used by");
  }

  private Path diamonds(Class<?> root) {
    JarBuilder jar = labeling("Labeling");
    String below = Type.getInternalName(root);
    for (int i = 1; i <= 40; i++) {
      String left = "com/example/Left" + i;
      String right = "com/example/Right" + i;
      String top = "com/example/Top" + i;
      jar.file(left + ".class", type(left, Opcodes.ACC_INTERFACE, below).toByteArray());
      jar.file(right + ".class", type(right, Opcodes.ACC_INTERFACE, below).toByteArray());
      jar.file(top + ".class", type(top, Opcodes.ACC_INTERFACE, left, right).toByteArray());
      below = top;
    }
    ClassWriter caller = type("com/example/Caller", 0);
    MethodVisitor method = caller.visitMethod(0, "call", "(L" + below + ";)V", null, null);
    method.visitCode();
    method.visitVarInsn(Opcodes.ALOAD, 1);
    method.visitMethodInsn(Opcodes.INVOKEINTERFACE, below, "gone", "()V", true);
    method.visitInsn(Opcodes.RETURN);
    method.visitMaxs(1, 2);
    method.visitEnd();
    return jar.file("com/example/Caller.class", caller.toByteArray())
        .jar(work.resolve("labels.jar"));
  }

  private static ClassWriter type(String name, int kind, String... interfaces) {
    var writer = new ClassWriter(0);
    writer.visit(
        Opcodes.V17,
        kind == 0 ? Opcodes.ACC_PUBLIC : kind | Opcodes.ACC_ABSTRACT | Opcodes.ACC_PUBLIC,
        name,
        null,
        "java/lang/Object",
        interfaces);
    writer.visitEnd();
    return writer;
  }

  @Test
  void whatAnOlderModelHadIsNamedAtStart() throws Exception {
    Path older =
        new JarBuilder(work)
            .source(
                "io.fabric8.kubernetes.api.model.Pod",
                """
                package io.fabric8.kubernetes.api.model;
                @io.fabric8.kubernetes.model.annotation.Version("v1")
                @io.fabric8.kubernetes.model.annotation.Group("")
                public class Pod implements HasMetadata {
                  public static String FIELD;
                  public Pod() {}
                  public Pod(String name) {}
                  public ObjectMeta getMetadata() { return null; }
                  public void setMetadata(ObjectMeta metadata) {}
                  public void setApiVersion(String version) {}
                  public String getNode(int index, String[] names) { return null; }
                }
                """)
            .source(
                "io.fabric8.kubernetes.api.model.Gone",
                """
                package io.fabric8.kubernetes.api.model;
                public class Gone { public static class Inner {} }
                """)
            .jar(work.resolve("older").resolve("older.jar"));
    Path jar =
        new JarBuilder(work)
            .against(older)
            .file(RuleIndex.PATH, index(RuleIndex.API_LEVEL, "com.example.Labeling"))
            .source(
                "com.example.Labeling",
                """
                package com.example;
                import io.fabric8.kubernetes.api.model.*;
                import io.usher.rule.*;
                @Webhook(name = "a.example.com")
                class Labeling {
                  @Mutating(operations = io.usher.admission.Operation.CREATE)
                  void rule(Pod pod) {
                    pod.getMetadata();
                    pod.getNode(1, null);
                    new Pod("a");
                    Pod.FIELD = "a";
                  }
                }
                """)
            .source(
                "com.example.Other",
                """
                package com.example;
                class Other {
                  io.fabric8.kubernetes.api.model.Gone gone;
                  Object inner(Object o) {
                    return o instanceof io.fabric8.kubernetes.api.model.Gone.Inner[];
                  }
                }
                """)
            .jar(work.resolve("labels.jar"));

    Throwable thrown = catchThrowable(() -> RuleJars.load(List.of(jar)));

    assertThat(thrown).isInstanceOf(RuleJarException.class);
    String model = "io.fabric8.kubernetes.api.model.";
    String labeling = " is missing, used by com.example.Labeling (compiled against fabric8 7.1.0, ";
    String other = " is missing, used by com.example.Other (compiled against fabric8 7.1.0, ";
    assertThat(thrown.getMessage().split("\n"))
        .containsExactly(
            "labels.jar: " + model + "Gone" + other + BROUGHT,
            "labels.jar: " + model + "Gone.Inner" + other + BROUGHT,
            "labels.jar: " + model + "Pod.FIELD" + labeling + BROUGHT,
            "labels.jar: " + model + "Pod.getNode(int, String[])" + labeling + BROUGHT,
            "labels.jar: new " + model + "Pod(String)" + labeling + BROUGHT);
  }

  @Test
  void membersInheritedFromSharedTypesAreResolvedThroughOwnOnes() {
    Path older =
        new JarBuilder(work)
            .source(
                "io.fabric8.kubernetes.client.CustomResource",
                """
                package io.fabric8.kubernetes.client;
                import io.fabric8.kubernetes.api.model.*;
                public abstract class CustomResource<S, T> implements HasMetadata {
                  public S getSpec() { return null; }
                  public S getOlderSpec() { return null; }
                  public ObjectMeta getMetadata() { return null; }
                  public void setMetadata(ObjectMeta metadata) {}
                  public void setApiVersion(String version) {}
                }
                """)
            .jar(work.resolve("older").resolve("older.jar"));
    Path jar =
        new JarBuilder(work)
            .against(older)
            .indexed()
            .source(
                "com.example.CronTab",
                """
                package com.example;
                import io.fabric8.kubernetes.model.annotation.*;
                @Group("stable.example.com") @Version("v1")
                public class CronTab extends io.fabric8.kubernetes.client.CustomResource<String, String> {
                  private String own() { return toString() + getSpec(); }
                }
                """)
            .source(
                "com.example.Labeling",
                """
                package com.example;
                import io.usher.rule.*;
                @Webhook(name = "a.example.com")
                class Labeling {
                  @Mutating(operations = io.usher.admission.Operation.CREATE)
                  void rule(CronTab tab) {
                    tab.getSpec();
                    tab.getMetadata();
                    tab.hashCode();
                    tab.getOlderSpec();
                  }
                }
                """)
            .jar(work.resolve("labels.jar"));

    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .isInstanceOf(RuleJarException.class)
        .hasMessage(
            "labels.jar: com.example.CronTab.getOlderSpec() is missing, used by"
                + " com.example.Labeling (compiled against fabric8 "
                + Version.clientVersion()
                + ", "
                + BROUGHT);
  }

  @Test
  void missingAnnotationsAreNoMatter() {
    Path extra =
        new JarBuilder(work)
            .source(
                "io.fabric8.kubernetes.model.annotation.Extra",
                """
                package io.fabric8.kubernetes.model.annotation;
                import java.lang.annotation.*;
                @Retention(RetentionPolicy.RUNTIME)
                public @interface Extra { Class<?> value(); }
                """)
            .jar(work.resolve("extra").resolve("extra.jar"));
    Path jar =
        labeling("Labeling")
            .against(extra)
            .source(
                "com.example.Annotated",
                """
                package com.example;
                @io.fabric8.kubernetes.model.annotation.Extra(String.class)
                class Annotated {}
                """)
            .jar(work.resolve("labels.jar"));

    assertThat(names(jar)).containsExactly("Labeling.rule");
  }

  @Test
  void serverIsHiddenFromRules() throws Exception {
    Path classes =
        rules(
                "Looking",
                "name = \"a.example.com\", validatingFailurePolicy = FailurePolicy.FAIL",
                """
                @Validating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
                Decision look() {
                  var seen = new StringBuilder();
                  for (String name : new String[] {
                    "io.usher.rulejar.RuleJars", "io.usher.engine.admission.AdmissionHandler",
                    "io.javalin.Javalin", "org.objectweb.asm.ClassReader",
                    "io.fabric8.kubernetes.client.KubernetesClient",
                    "io.fabric8.kubernetes.client.CustomResource",
                    "io.fabric8.kubernetes.api.model.Pod",
                    "com.fasterxml.jackson.databind.ObjectMapper", "org.slf4j.Logger",
                    "java.sql.Driver"
                  }) {
                    try {
                      Class.forName(name);
                      seen.append(name.substring(name.lastIndexOf('.') + 1)).append(' ');
                    } catch (ClassNotFoundException e) {
                      continue;
                    }
                  }
                  return Decision.deny(seen.toString().trim());
                }
                """)
            .directory();

    try (RuleJars jars = RuleJars.load(List.of(classes))) {
      assertThat(denial(jars.webhooks().get(0)))
          .isEqualTo("CustomResource Pod ObjectMapper Logger Driver");
    }
  }

  @Test
  void brokenInputsAreNamed() throws Exception {
    Path corrupt = Files.writeString(work.resolve("corrupt.jar"), "PK, but not further");
    Path empty = Files.createDirectory(work.resolve("empty"));
    Path none = new JarBuilder(work).file("a.txt", new byte[0]).jar(work.resolve("none.jar"));
    Path broken =
        labeling("Labeling")
            .file("com/example/Broken.class", new byte[] {1, 2, 3})
            .jar(work.resolve("broken.jar"));
    Path newer =
        labeling("Labeling")
            .file("com/example/Newer.class", new byte[] {-54, -2, -70, -66, 0, 0, 0, 120, 0})
            .jar(work.resolve("newer.jar"));
    Path remote =
        labeling("Labeling")
            .classPathEntry("http://example.com/library.jar")
            .jar(work.resolve("remote.jar"));

    assertRefused(remote, "remote.jar: its manifest's Class-Path holds what is no path: .*");
    assertRefused(work.resolve("missing.jar"), "rules .*/missing.jar: there is no such file.*");
    assertRefused(corrupt, "corrupt.jar: is no readable jar: .*");
    assertRefused(empty, "rules .*/empty: there is neither a jar nor a class in it");
    assertRefused(none, "none.jar: has no rules: no class of it has @Webhook");
    assertRefused(broken, "broken.jar: com.example.Broken is no readable class file");
    assertRefused(
        newer,
        "newer.jar: com.example.Newer is compiled for Java 76, this server runs on Java "
            + Runtime.version().feature());
  }

  @Test
  void indexIsHeldAgainstTheClassesAndTheServer() throws Exception {
    Path stale =
        labeling("Labeling")
            .file(RuleIndex.PATH, index(RuleIndex.API_LEVEL, "com.example.Gone"))
            .jar(work.resolve("stale.jar"));
    Path later =
        labeling("Labeling")
            .file(RuleIndex.PATH, index(RuleIndex.API_LEVEL + 1, "com.example.Labeling"))
            .jar(work.resolve("later.jar"));
    Path unreadable =
        labeling("Labeling")
            .file(RuleIndex.PATH, "[]".getBytes(UTF_8))
            .jar(work.resolve("unreadable.jar"));

    assertRefused(
        stale,
        "stale.jar: its META-INF/usher/rules.json and its classes differ in which have @Webhook:"
            + " com.example.Gone, com.example.Labeling; build it clean");
    assertRefused(
        later,
        "later.jar: compiled against Usher's API level 2, this server has 1; run a newer server");
    assertRefused(unreadable, "unreadable.jar: its META-INF/usher/rules.json can't be read: .*");
  }

  private static byte[] index(int level, String type) throws IOException {
    var out = new ByteArrayOutputStream();
    new RuleIndex(level, "7.1.0", "2.15.0", List.of(type)).write(out);
    return out.toByteArray();
  }

  private static void assertRefused(Path jar, String message) {
    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .isInstanceOf(RuleJarException.class)
        .hasMessageMatching(message);
  }

  private JarBuilder labeling(String name) {
    return rules(name, "name = \"labeler.example.com\"", "");
  }

  private JarBuilder rules(String name, String webhook, String further) {
    return new JarBuilder(work)
        .source(
            "com.example." + name,
            """
            package com.example;
            import io.usher.rule.*;
            @Webhook(%s)
            class %s {
              @Mutating(operations = io.usher.admission.Operation.CREATE)
              void rule(io.fabric8.kubernetes.api.model.Pod pod) {}
              %s
            }
            """
                .formatted(webhook, name, further));
  }

  private JarBuilder library(String version) {
    return new JarBuilder(work)
        .source(
            "com.example.library.Library",
            """
            package com.example.library;
            public class Library {
              public static String version() { return "%s"; }
            }
            """
                .formatted(version));
  }

  private JarBuilder calling(String name, Path library) {
    return new JarBuilder(work)
        .against(library)
        .source(
            "com.example." + name,
            """
            package com.example;
            import io.usher.rule.*;
            @Webhook(name = "%s.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
            class %s {
              @Validating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
              Decision rule() {
                return Decision.deny("library " + com.example.library.Library.version());
              }
            }
            """
                .formatted(name.toLowerCase(java.util.Locale.ROOT), name));
  }

  private Path withLibrary(String name, String version) {
    Path home = work.resolve(name);
    Path library = library(version).jar(home.resolve("lib").resolve("library.jar"));
    // A library may name libraries that are not there.
    return calling("Rules" + name, library)
        .classPathEntry("lib/library.jar")
        .jar(home.resolve(name + ".jar"));
  }

  private static List<String> names(Path path) {
    try (RuleJars jars = RuleJars.load(List.of(path))) {
      return jars.webhooks().stream()
          .map(webhook -> webhook.rules(Phase.MUTATING))
          .flatMap(List::stream)
          .map(RuleDefinition::name)
          .toList();
    }
  }

  /** The message that the one validating rule denies with; it takes no parameters. */
  private static String denial(WebhookRegistration webhook) {
    Rule rule = webhook.rules(Phase.VALIDATING).get(0).rule();
    var context =
        (RuleContext)
            Proxy.newProxyInstance(
                RuleJarsTest.class.getClassLoader(),
                new Class<?>[] {RuleContext.class},
                (proxy, method, arguments) -> {
                  throw new AssertionError(method + Arrays.toString(arguments));
                });
    try {
      return ((Decision.Deny) rule.apply(context)).status().message();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
