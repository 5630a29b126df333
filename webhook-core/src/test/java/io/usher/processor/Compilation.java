package io.usher.processor;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * What javac said of sources.
 *
 * @param errors messages by class names; by the empty name those of no source
 * @param warnings all messages
 */
record Compilation(Map<String, List<String>> errors, List<String> warnings) {

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** One for all, so that the class path's jars are listed once. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, null);

  /**
   * Compiles sources against what the tests are compiled against.
   *
   * @param sources texts by class names
   * @param processors none for {@code -proc:none}
   */
  static Compilation compile(Path output, Map<String, String> sources, Processor... processors) {
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    var options =
        new ArrayList<>(
            List.of(
                "-d",
                output.toString(),
                "-cp",
                output
                    + System.getProperty("path.separator")
                    + System.getProperty("java.class.path"),
                "-Xlint:processing",
                "-Xmaxerrs",
                "1000"));
    if (processors.length == 0) {
      options.add("-proc:none");
    }
    var units = sources.entrySet().stream().map(s -> unit(s.getKey(), s.getValue())).toList();
    var task = COMPILER.getTask(null, FILES, diagnostics, options, null, units);
    task.setProcessors(List.of(processors));
    boolean success = task.call();
    var compilation = new Compilation(errors(diagnostics), warnings(diagnostics));
    if (success != compilation.errors().isEmpty()) {
      throw new IllegalStateException("javac: " + success + ", " + compilation);
    }
    return compilation;
  }

  private static Map<String, List<String>> errors(DiagnosticCollector<JavaFileObject> diagnostics) {
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .collect(
            Collectors.groupingBy(
                diagnostic -> className(diagnostic.getSource()),
                Collectors.mapping(
                    diagnostic -> diagnostic.getMessage(null), Collectors.toList())));
  }

  private static String className(@Nullable JavaFileObject source) {
    return source == null
        ? ""
        : source.toUri().getPath().substring(1).replaceFirst("\\.java$", "").replace('/', '.');
  }

  private static List<String> warnings(DiagnosticCollector<JavaFileObject> diagnostics) {
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() != Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(null))
        .toList();
  }

  private static JavaFileObject unit(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
