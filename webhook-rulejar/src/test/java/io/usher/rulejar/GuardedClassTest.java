package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Rules that never return by themselves; each is served in a way of its own by the Pod's name. */
class GuardedClassTest {

  private static final String ENDLESS =
      """
      package com.example;
      import io.usher.rule.*;
      import java.util.function.*;
      import java.util.regex.*;
      import java.util.stream.*;
      @Webhook(name = "endless.example.com")
      class Endless {
        static final String TEXT = "a".repeat(60) + "!";
        static final String REGEX = "(a+)+\\\\1b";
        static final Pattern PATTERN = Pattern.compile(REGEX);
        static volatile boolean never;
        volatile int count;

        @Mutating(operations = io.usher.admission.Operation.CREATE, resource = "pods")
        void rule(RuleContext context) throws Exception {
          String kind = context.request().name();
          switch (kind) {
            case "while": while (true) {}
            case "do-while": do { count++; } while (!never); break;
            case "for": for (int i = 0; i >= 0 || !never; i++) {} break;
            case "continue": outer: while (true) { for (;;) { continue outer; } }
            case "caught": while (true) { try { while (true) {} } catch (Throwable t) { count++; } }
            case "finally": while (true) { try { while (true) {} } finally { continue; } }
            case "in-finally": try { while (true) {} } finally { while (!never) {} }
            case "in-catch": try { while (true) {} } catch (Throwable t) { while (!never) {} } break;
            case "in-close": try (AutoCloseable all = () -> { while (!never) {} }) { return; }
            case "all-caught": for (;;) { try { caught(); } catch (Throwable t) { count++; } }
            case "waiting": while (true) { try { Thread.sleep(5); } catch (InterruptedException e) { count++; } }
            case "overflow": while (true) { try { overflow(); } catch (StackOverflowError e) { count++; } }
            case "recursion": recurse(0); break;
            case "lambda": Stream.generate(() -> 1).forEach(each -> {}); break;
            case "reference": Stream.generate(() -> 1).forEach(Endless::accept); break;
            case "constructor": new Forever(); break;
            case "nested": new Object() { { while (!never) {} } }; break;
            case "library": com.example.library.Library.spin(); break;
            case "matches": TEXT.matches(REGEX); break;
            case "replaceAll": TEXT.replaceAll(REGEX, ""); break;
            case "replaceFirst": TEXT.replaceFirst(REGEX, ""); break;
            case "split": TEXT.split(REGEX); break;
            case "split-limit": TEXT.split(REGEX, 2); break;
            case "pattern-matches": Pattern.matches(REGEX, TEXT); break;
            case "matcher": PATTERN.matcher(TEXT).find(); break;
            case "reset": PATTERN.matcher("").reset(TEXT).find(); break;
            case "pattern-split": PATTERN.split(TEXT); break;
            case "splitAsStream": PATTERN.splitAsStream(TEXT).count(); break;
            case "predicate": Stream.of(TEXT).anyMatch(PATTERN.asPredicate()); break;
            case "match-predicate": Stream.of(TEXT).anyMatch(PATTERN.asMatchPredicate()); break;
            case "matcher-reference": Stream.of(TEXT).map(PATTERN::matcher).anyMatch(Matcher::find); break;
            case "matches-reference":
              BiFunction<String, String, Boolean> matches = String::matches;
              matches.apply(TEXT, REGEX);
              break;
            default: throw new IllegalArgumentException(kind);
          }
        }

        void recurse(int depth) { if (depth < 100) { recurse(depth + 1); recurse(depth + 1); } }

        void overflow() { overflow(); count++; }

        void caught() { for (;;) { try { while (true) {} } catch (Throwable t) { count++; } } }

        static void accept(int each) {}

        static class Forever {
          Forever() { this(0); }
          Forever(int i) { while (i >= 0) { i = (i + 1) & 7; } }
        }
      }
      """;

  private static final List<String> KINDS =
      ENDLESS
          .lines()
          .filter(line -> line.contains("case \""))
          .map(line -> line.split("\"")[1])
          .toList();

  @TempDir Path work;

  @Test
  @Timeout(180)
  void endlessRulesEnd() throws Exception {
    Path library =
        new JarBuilder(work)
            .source(
                "com.example.library.Library",
                """
                package com.example.library;
                public interface Library { static void spin() { while (true) {} } }
                """)
            .jar(work.resolve("lib/library.jar"));
    Path jar =
        new JarBuilder(work)
            .against(library)
            .source("com.example.Endless", ENDLESS)
            .classPathEntry("lib/library.jar")
            .jar(work.resolve("endless.jar"));
    assertThat(KINDS).hasSizeGreaterThan(20);

    try (var rules = new ServedRules(jar)) {
      var reviews =
          KINDS.stream().map(kind -> rules.forgiven().review(kind, Duration.ofSeconds(3))).toList();
      reviews.forEach(ServedRules.Review::awaitGivenUp);
      reviews.forEach(review -> assertThat(review.answer()).isNull());
    }
  }

  @Test
  void methodWithNoRoomLeftStaysAsItIs() {
    byte[] full = classWithMethodOf(65_535);
    byte[] nearlyFull = classWithMethodOf(65_000);

    assertThat(GuardedClass.of(full)).isSameAs(full);
    assertThat(GuardedClass.of(nearlyFull)).isNotEqualTo(nearlyFull);
  }

  /** As many bytes of code as this, which is 65,535 at most (JVMS 4.7.3). */
  private static byte[] classWithMethodOf(int bytes) {
    var writer = new ClassWriter(0);
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Full", null, "java/lang/Object", null);
    MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "full", "()V", null, null);
    method.visitCode();
    for (int i = 1; i < bytes; i++) {
      method.visitInsn(Opcodes.NOP);
    }
    method.visitInsn(Opcodes.RETURN);
    method.visitMaxs(0, 0);
    method.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }
}
