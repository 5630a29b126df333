package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.internal.InternalFutures;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kotlin.jvm.internal.Intrinsics;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules with libraries that teams have, as their builds put them beside the jar. */
class RealLibrariesTest {

  @TempDir Path work;

  @Test
  void guavaAndCaffeineComeWithJspecify() throws Exception {
    Path jar =
        new JarBuilder(work)
            .source(
                "com.example.Cached",
                """
                package com.example;
                import com.github.benmanes.caffeine.cache.*;
                import com.google.common.base.Splitter;
                import com.google.common.collect.ImmutableList;
                import io.usher.rule.*;
                import java.time.Duration;
                @Webhook(name = "cached.example.com")
                class Cached {
                  private final LoadingCache<String, ImmutableList<String>> parts =
                      Caffeine.newBuilder()
                          .maximumSize(10)
                          .expireAfterWrite(Duration.ofHours(1))
                          .recordStats()
                          .build(name -> ImmutableList.copyOf(Splitter.on('-').split(name)));

                  @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
                  void rule(RuleContext context) {
                    parts.get(context.request().name()).reverse().forEach(context::warn);
                    context.warn(parts.stats().hitCount() + " hits");
                  }
                }
                """)
            .jar(work.resolve("cached.jar"));
    libraries(
        "cached-lib", Caffeine.class, ImmutableList.class, InternalFutures.class, NullMarked.class);

    try (var rules = new ServedRules(jar)) {
      assertThat(rules.review("web-1", Duration.ofSeconds(20)).answer().warnings())
          .containsExactly("1", "web", "0 hits");
      assertThat(rules.review("web-1", Duration.ofSeconds(20)).answer().warnings())
          .containsExactly("1", "web", "1 hits");
    }
  }

  @Test
  void kotlinRuleRunsWithItsLibrary() throws Exception {
    Path jar = kotlinRules();
    libraries("letters-lib", Intrinsics.class);

    try (var rules = new ServedRules(jar)) {
      assertThat(rules.review("web", Duration.ofSeconds(20)).answer().warnings())
          .containsExactly("web has 3 letters: b, e, w");
    }
  }

  @Test
  void kotlinRuleWithoutItsLibraryIsRefused() throws Exception {
    Path jar = kotlinRules();

    assertThatThrownBy(() -> RuleJars.load(List.of(jar)))
        .isInstanceOf(RuleJarException.class)
        .hasMessageContaining(
            "letters.jar: com.example.Letters.count(RuleContext) needs"
                + " kotlin.jvm.internal.Intrinsics, which neither the jar nor its libraries nor the"
                + " server's shared packages have; put the library that has it into the folder"
                + " letters-lib beside it, or into the jar");
  }

  /** What kotlinc made of the source beside the class file. */
  private Path kotlinRules() throws IOException {
    try (var file = RealLibrariesTest.class.getResourceAsStream("kotlin/Letters.class")) {
      return new JarBuilder(work)
          .file("com/example/Letters.class", file.readAllBytes())
          .jar(work.resolve("letters.jar"));
    }
  }

  private void libraries(String folder, Class<?>... types) throws IOException, URISyntaxException {
    Path directory = Files.createDirectory(work.resolve(folder));
    for (Class<?> type : types) {
      Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Files.copy(jar, directory.resolve(jar.getFileName()));
    }
  }
}
