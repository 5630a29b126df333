package io.usher.processor;

import io.usher.webhook.declaration.RuleIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLConnection;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;
import javax.tools.StandardLocation;

/** The index among the compiler's output. */
final class IndexFile {

  private final Filer filer;

  IndexFile(Filer filer) {
    this.filer = filer;
  }

  /** The classes that an earlier compilation has listed; none when there was none. */
  List<String> classes() {
    try (InputStream in =
        filer.getResource(StandardLocation.CLASS_OUTPUT, "", RuleIndex.PATH).openInputStream()) {
      return RuleIndex.read(in).classes();
    } catch (IOException | IllegalArgumentException e) {
      // There is none, or what is there will be written anew.
      return List.of();
    }
  }

  /** Whether the output has a class's file. */
  boolean hasClassFile(String binaryName) {
    String file = binaryName.replace('.', '/') + ".class";
    try {
      filer.getResource(StandardLocation.CLASS_OUTPUT, "", file).openInputStream().close();
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The version of the library that a class on the class path is from, as Maven leaves it in the
   * library's jar; {@link RuleIndex#UNKNOWN} where the compiler can't tell the jar.
   *
   * <p>javac opens nothing below META-INF of a jar on the class path, but it tells where a class
   * is.
   */
  String compiledAgainst(String packageName, String simpleName, String mavenName) {
    try {
      String location =
          filer
              .getResource(StandardLocation.CLASS_PATH, packageName, simpleName + ".class")
              .toUri()
              .toString();
      String jar = location.substring(0, location.indexOf("!/") + 2);
      URLConnection file =
          URI.create(jar + "META-INF/maven/" + mavenName + "/pom.properties")
              .toURL()
              .openConnection();
      // A cached jar would stay open in a compiler that goes on living.
      file.setUseCaches(false);
      var properties = new Properties();
      try (InputStream in = file.getInputStream()) {
        properties.load(in);
      }
      return properties.getProperty("version", RuleIndex.UNKNOWN);
    } catch (IOException | IllegalArgumentException e) {
      return RuleIndex.UNKNOWN;
    }
  }

  void write(RuleIndex index, Collection<? extends Element> origins) throws IOException {
    try (OutputStream out =
        filer
            .createResource(
                StandardLocation.CLASS_OUTPUT, "", RuleIndex.PATH, origins.toArray(Element[]::new))
            .openOutputStream()) {
      index.write(out);
    }
  }
}
