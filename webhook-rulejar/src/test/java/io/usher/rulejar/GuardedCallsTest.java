package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import groovy.lang.GroovyObject;
import io.usher.engine.RuleFailedException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedCallsTest {

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({
    "System.exit(3), 'System.exit(3)'",
    "Runtime.getRuntime().exit(3), 'Runtime.exit(3)'",
    "Runtime.getRuntime().halt(3), 'Runtime.halt(3)'",
    "((java.util.function.IntConsumer) System::exit).accept(3), 'System.exit(3)'",
  })
  void ruleThatEndsTheProcessFails(String statement, String called) {
    Path jar =
        new JarBuilder(work)
            .source(
                "com.example.Ending",
                """
                package com.example;
                import io.usher.rule.*;
                @Webhook(name = "ending.example.com")
                class Ending {
                  @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
                  void rule(RuleContext context) {
                    try {
                      %s;
                    } catch (SecurityException e) {
                      context.warn(e.getMessage());
                    }
                  }
                }
                """
                    .formatted(statement))
            .jar(work.resolve("ending.jar"));

    try (var rules = new ServedRules(jar)) {
      assertThat(rules.review("web", Duration.ofSeconds(20)).answer().warnings())
          .containsExactly(
              called
                  + " in a rule would end the server and the rules of all others; deny the request"
                  + " or throw an exception instead");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"new byte[Integer.MAX_VALUE].hashCode()", "\"ab\".repeat(1 << 30).length()"})
  void ruleThatAsksForMoreThanThereEverIsFails(String expression) {
    Path jar =
        new JarBuilder(work)
            .source(
                "com.example.Asking",
                """
                package com.example;
                import io.usher.rule.*;
                @Webhook(name = "asking.example.com")
                class Asking {
                  @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
                  void rule(RuleContext context) {
                    context.warn("it has " + %s);
                  }
                }
                """
                    .formatted(expression))
            .jar(work.resolve("asking.jar"));

    try (var rules = new ServedRules(jar)) {
      var review = rules.review("web", Duration.ofSeconds(20));
      assertThatThrownBy(review::answer)
          .hasCauseInstanceOf(RuleFailedException.class)
          .hasRootCauseInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void methodReferenceCanBeSerialized() {
    Path jar =
        new JarBuilder(work)
            .source(
                "com.example.Serializing",
                """
                package com.example;
                import io.usher.rule.*;
                import java.io.*;
                import java.util.function.*;
                import java.util.regex.*;
                @Webhook(name = "serializing.example.com")
                class Serializing {
                  @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
                  @SuppressWarnings("unchecked")
                  void rule(RuleContext context) throws Exception {
                    Pattern pattern = Pattern.compile("w(.)b");
                    var matcher = (Function<String, Matcher> & Serializable) pattern::matcher;
                    var bytes = new ByteArrayOutputStream();
                    new ObjectOutputStream(bytes).writeObject(matcher);
                    var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
                      @Override
                      protected Class<?> resolveClass(ObjectStreamClass type) throws ClassNotFoundException {
                        return Class.forName(type.getName(), false, Serializing.class.getClassLoader());
                      }
                    };
                    var read = (Function<String, Matcher>) in.readObject();
                    context.warn(read.apply("web").replaceAll("$1"));
                  }
                }
                """)
            .jar(work.resolve("serializing.jar"));

    try (var rules = new ServedRules(jar)) {
      assertThat(rules.review("web", Duration.ofSeconds(20)).answer().warnings())
          .containsExactly("e");
    }
  }

  @Test
  @Timeout(180)
  void classesThatARuleDefinesEnd() {
    Path jar =
        new JarBuilder(work)
            .source("com.example.Spinning", spinning("Spinning"))
            .source("com.example.Late", spinning("Late"))
            .source(
                "com.example.Defining",
                """
                package com.example;
                import groovy.lang.GroovyShell;
                import io.usher.rule.*;
                import java.lang.invoke.MethodHandles;
                import java.security.*;
                import net.bytebuddy.ByteBuddy;
                @Webhook(name = "defining.example.com")
                class Defining {
                  @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
                  void rule(RuleContext context) throws Exception {
                    String name = context.request().name();
                    if (name.equals("groovy")) {
                      new GroovyShell(Defining.class.getClassLoader()).evaluate("while (true) {}");
                      return;
                    }
                    var lookup = MethodHandles.lookup();
                    Class<?> type = switch (name) {
                      case "loader", "domain", "source" -> new Loader().define(name, file("Spinning"));
                      case "lookup" -> lookup.defineClass(file("Late"));
                      case "hidden" -> lookup.defineHiddenClass(file("Spinning"), true).lookupClass();
                      case "data" -> lookup.defineHiddenClassWithClassData(file("Spinning"), 1, true).lookupClass();
                      case "byte-buddy" ->
                          new ByteBuddy().redefine(Spinning.class).name("com.example.Renamed").make()
                              .load(Defining.class.getClassLoader()).getLoaded();
                      default -> throw new IllegalArgumentException(name);
                    };
                    ((Runnable) type.getConstructor().newInstance()).run();
                  }

                  static byte[] file(String name) throws java.io.IOException {
                    try (var in = Defining.class.getResourceAsStream(name + ".class")) {
                      return in.readAllBytes();
                    }
                  }

                  static class Loader extends SecureClassLoader {
                    Loader() { super(Defining.class.getClassLoader()); }
                    Class<?> define(String way, byte[] file) {
                      byte[] padded = java.util.Arrays.copyOf(file, file.length + 7);
                      return switch (way) {
                        case "loader" -> defineClass(null, padded, 0, file.length);
                        case "domain" -> defineClass(null, padded, 0, file.length, (ProtectionDomain) null);
                        default -> defineClass("com.example.Spinning", padded, 0, file.length, (CodeSource) null);
                      };
                    }
                  }
                }
                """)
            .classPathEntry(
                Stream.of(ByteBuddy.class, GroovyObject.class)
                    .map(GuardedCallsTest::jarOf)
                    .map(URL::toString)
                    .collect(Collectors.joining(" ")))
            .jar(work.resolve("defining.jar"));

    try (var rules = new ServedRules(jar)) {
      var reviews =
          List.of("loader", "domain", "source", "lookup", "hidden", "data", "byte-buddy", "groovy")
              .stream()
              .map(kind -> rules.forgiven().review(kind, Duration.ofSeconds(20)))
              .toList();
      reviews.forEach(ServedRules.Review::awaitGivenUp);
      reviews.forEach(review -> assertThat(review.answer()).isNull());
    }
  }

  private static String spinning(String name) {
    return """
    package com.example;
    public class %s implements Runnable {
      public void run() { while (true) {} }
    }
    """
        .formatted(name);
  }

  private static URL jarOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }
}
