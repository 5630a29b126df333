package io.usher.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import io.fabric8.kubernetes.client.Version;
import io.usher.webhook.declaration.RuleIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.annotation.processing.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleProcessorTest {

  private static final String ONE =
      """
      package com.example;
      import io.usher.rule.*;
      @Webhook(name = "a.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
      class One {
        @Mutating(operations = io.usher.admission.Operation.CREATE)
        void rule(io.fabric8.kubernetes.api.model.Pod pod) {}
      }
      """;

  private static final String TWO =
      """
      package com.example;
      import io.usher.rule.*;
      class Two {
        @Webhook(name = "a.example.com")
        static class Nested {
          @Validating(operations = io.usher.admission.Operation.CREATE)
          void rule(io.fabric8.kubernetes.api.model.@Deprecated2 Pod pod) {}
        }
      }
      @java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE)
      @interface Deprecated2 {}
      """;

  private static final Map<String, String> BOTH =
      Map.of("com.example.One", ONE, "com.example.Two", TWO);

  @TempDir Path output;

  @Test
  void whatWorksHardlyAsMeantIsAWarning() throws Exception {
    Compilation compilation =
        compile(
            Map.of(
                "com.example.Odd",
                """
                package com.example;
                import io.fabric8.kubernetes.api.model.*;
                import io.usher.rule.*;
                import java.util.*;
                import static io.usher.admission.Operation.*;
                @Webhook(name = "a.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
                class Odd {
                  @Mutating(operations = {UPDATE, DELETE})
                  void mutate(Pod pod) {}
                  @Validating(operations = CREATE)
                  Decision edit(Pod pod, RuleContext context) {
                    var meta = pod.getMetadata();
                    meta.setLabels(Map.of());
                    pod.getSpec().getContainers().add(new Container());
                    return Decision.allow();
                  }
                  @Validating(operations = CREATE)
                  Decision look(Pod pod, RuleContext context) {
                    var names = new ArrayList<String>();
                    names.add(pod.getMetadata().getName());
                    pod.getSpec().getContainers().forEach(each -> names.add(each.getName()));
                    new PodBuilder(pod).editMetadata().addToLabels("a", "b").endMetadata().build();
                    return Decision.deny(names.toString());
                  }
                  @OnAdded
                  void handle(Pod pod) {
                    pod.setSpec(null);
                  }
                  @OnAdded
                  Pod change(Pod pod) {
                    pod.setSpec(null);
                    return pod;
                  }
                }
                """));

    assertThat(compilation.errors()).isEmpty();
    assertThat(compilation.warnings())
        .containsExactly(
            "Odd.mutate: is @Mutating on DELETE, too, where its edits count for nothing; leave DELETE"
                + " out, or check it in a @Validating method",
            "Odd.edit: validates, but calls add on its object; what a validating rule does to the"
                + " object is discarded: make it @Mutating, or edit a copy",
            "Odd.edit: validates, but calls setLabels on its object; what a validating rule does to"
                + " the object is discarded: make it @Mutating, or edit a copy",
            "Odd.handle: returns nothing, but calls setSpec on its object; what a handler does to"
                + " the object is discarded: return the object, or edit a copy");
  }

  @Test
  void indexHasClassesAndWhatTheyWereCompiledAgainst() throws Exception {
    Compilation compilation = compile(BOTH);

    assertThat(compilation).isEqualTo(new Compilation(Map.of(), List.of()));
    assertThat(index())
        .isEqualTo(
            new RuleIndex(
                RuleIndex.API_LEVEL,
                Version.clientVersion(),
                PackageVersion.VERSION.toString(),
                List.of("com.example.One", "com.example.Two$Nested")));
  }

  @Test
  void classesThatAreNotCompiledAnewStay() throws Exception {
    compile(BOTH);

    assertThat(compile(Map.of("com.example.Two", TWO)).errors()).isEmpty();
    assertThat(index().classes()).containsExactly("com.example.One", "com.example.Two$Nested");
  }

  @Test
  void statementsOfUnchangedClassesStillConflict() {
    compile(BOTH);

    var changed = TWO.replace("com\")", "com\", validatingFailurePolicy = FailurePolicy.IGNORE)");

    assertThat(compile(Map.of("com.example.Two", changed)).errors())
        .isEqualTo(
            Map.of(
                "com.example.Two",
                List.of(
                    "webhook a.example.com: validatingFailurePolicy is IGNORE in"
                        + " com.example.Two$Nested and FAIL in com.example.One; state it in one of"
                        + " them, or the same in both")));
  }

  @Test
  void classesThatAreGoneLeaveTheIndex() throws Exception {
    compile(BOTH);
    Files.delete(output.resolve("com/example/Two$Nested.class"));

    compile(Map.of("com.example.One", ONE));

    assertThat(index().classes()).containsExactly("com.example.One");
  }

  @Test
  void classesThatAreNoWebhooksAnyMoreLeaveTheIndex() throws Exception {
    compile(BOTH);

    compile(
        Map.of(
            "com.example.One",
            ONE,
            "com.example.Two",
            "package com.example; class Two { static class Nested {} }"));

    assertThat(index().classes()).containsExactly("com.example.One");
  }

  @Test
  void nothingIsWrittenWithoutRules() {
    compile(Map.of("com.example.Plain", "package com.example; @Deprecated class Plain {}"));

    assertThat(output.resolve(RuleIndex.PATH)).doesNotExist();
  }

  @Test
  void brokenSourcesHaveJavacsErrorsAlone() {
    var unknownType = ONE.replace("model.Pod", "model.Pot");
    var unknownConstant = ONE.replace("Operation.CREATE", "Operation.CREAT");
    var noOperations = ONE.replace("(operations = io.usher.admission.Operation.CREATE)", "");

    for (String source : List.of(unknownType, unknownConstant, noOperations)) {
      assertThat(compile(Map.of("com.example.One", source)).errors().get("com.example.One"))
          .singleElement()
          .asString()
          .containsAnyOf(
              "cannot find symbol",
              "an enum annotation value must be an enum constant",
              "missing a default value");
    }
  }

  @Test
  void javacFindsIt() {
    assertThat(ServiceLoader.load(Processor.class)).hasAtLeastOneElementOfType(RuleProcessor.class);
  }

  private Compilation compile(Map<String, String> sources) {
    return Compilation.compile(output, sources, new RuleProcessor());
  }

  private RuleIndex index() throws IOException {
    try (InputStream in = Files.newInputStream(output.resolve(RuleIndex.PATH))) {
      return RuleIndex.read(in);
    }
  }
}
