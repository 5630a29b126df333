package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rule calls at the end of a deep stack works for all rules afterwards. */
class DeepStackTest {

  private static final String RULE =
      """
      package com.example;
      import io.usher.rule.*;
      import java.lang.invoke.MethodHandles;
      import java.util.List;
      @Webhook(name = "deep.example.com")
      class Deep {
        static int left;

        @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
        void rule(RuleContext context) throws Exception {
          for (String guard : List.of("regex", "lookup", "loader", "exit")) {
            left = 2_000;
            descend(guard);
            try {
              use(guard);
              context.warn(guard + " works");
            } catch (Throwable t) {
              context.warn(guard + ": " + t);
            }
          }
        }

        static void descend(String guard) {
          try {
            descend(guard);
          } catch (StackOverflowError e) {
            // Here it ends. Each method on the way back has a little more room.
          }
          if (left-- > 0) {
            try {
              use(guard);
            } catch (Throwable t) {
              // Near the end there is too little.
            }
          }
        }

        static void use(String guard) throws Exception {
          switch (guard) {
            case "regex" -> "pod".matches("p(o|a)d");
            case "lookup" -> MethodHandles.lookup().defineHiddenClass(file(), false);
            case "loader" -> new Loader().define();
            default -> {
              try {
                System.exit(3);
              } catch (SecurityException e) {
                return;
              }
            }
          }
        }

        static byte[] file() throws java.io.IOException {
          try (var in = Deep.class.getResourceAsStream("Deep$Defined.class")) {
            return in.readAllBytes();
          }
        }

        static class Defined {}

        static class Loader extends ClassLoader {
          Loader() { super(Deep.class.getClassLoader()); }
          void define() throws java.io.IOException {
            byte[] file = file();
            defineClass(null, file, 0, file.length);
          }
        }
      }
      """;

  @TempDir Path work;

  /** In a class loader of its own: other tests have initialised the guards of this one. */
  @Test
  void guardsWorkAfterTheEndOfADeepStack() throws Exception {
    URL[] classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(DeepStackTest::url)
            .toArray(URL[]::new);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (var loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      assertThat(
              loader
                  .loadClass(Fresh.class.getName())
                  .getMethod("warnings", Path.class)
                  .invoke(null, work))
          .isEqualTo(List.of("regex works", "lookup works", "loader works", "exit works"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL url(String path) {
    try {
      return new File(path).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  /** Runs the rule with what its own class loader has. */
  public static final class Fresh {

    private Fresh() {}

    public static List<String> warnings(Path work) {
      Path jar =
          new JarBuilder(work).source("com.example.Deep", RULE).jar(work.resolve("deep.jar"));
      try (var rules = new ServedRules(jar)) {
        return rules.review("web", Duration.ofMinutes(1)).answer().warnings();
      }
    }
  }
}
