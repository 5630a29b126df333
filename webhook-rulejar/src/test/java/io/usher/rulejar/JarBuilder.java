package io.usher.rulejar;

import io.usher.processor.RuleProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles sources, as a user's build would, and packs the classes. */
final class JarBuilder {

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** One for all, so that the class path's jars are listed once. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, null);

  private final Path work;
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<Path> classPath = new ArrayList<>();
  private final Manifest manifest = new Manifest();
  private boolean processed;

  /** A jar in the making, whose classes come by a directory of this one's. */
  JarBuilder(Path work) {
    this.work = work;
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
  }

  JarBuilder source(String name, String text) {
    sources.put(name, text);
    return this;
  }

  JarBuilder file(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  /** Compiles against this, before what the tests themselves are compiled against. */
  JarBuilder against(Path jar) {
    classPath.add(jar);
    return this;
  }

  /** With the annotation processor; javac from 23 on runs none unless told. */
  JarBuilder indexed() {
    processed = true;
    return this;
  }

  JarBuilder classPathEntry(String entries) {
    return manifest(Attributes.Name.CLASS_PATH.toString(), entries);
  }

  JarBuilder manifest(String name, String value) {
    manifest.getMainAttributes().putValue(name, value);
    return this;
  }

  /** Compiles into a directory and gives it. */
  Path directory() {
    try {
      Path classes = Files.createTempDirectory(work, "classes");
      compile(classes);
      for (var file : files.entrySet()) {
        Path target = classes.resolve(file.getKey());
        Files.createDirectories(target.getParent());
        Files.write(target, file.getValue());
      }
      return classes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiles, packs and gives the jar. */
  Path jar(Path jar) {
    Path classes = directory();
    try {
      Files.createDirectories(jar.getParent());
      try (OutputStream out = Files.newOutputStream(jar);
          var packed = new JarOutputStream(out, manifest);
          Stream<Path> all = Files.walk(classes)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          packed.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
          Files.copy(file, packed);
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path classes) {
    if (sources.isEmpty()) {
      return;
    }
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    String path =
        Stream.concat(
                classPath.stream().map(Path::toString),
                Stream.of(System.getProperty("java.class.path")))
            .collect(Collectors.joining(System.getProperty("path.separator")));
    var options =
        new ArrayList<>(List.of("-d", classes.toString(), "-cp", path, "--release", "17"));
    if (processed) {
      options.addAll(List.of("-processor", RuleProcessor.class.getName()));
    } else {
      options.add("-proc:none");
    }
    var units = sources.entrySet().stream().map(s -> unit(s.getKey(), s.getValue())).toList();
    if (!COMPILER.getTask(null, FILES, diagnostics, options, null, units).call()) {
      throw new IllegalArgumentException(diagnostics.getDiagnostics().toString());
    }
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
