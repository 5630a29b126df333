package io.usher.maven;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The image of a server with rules. The same parts give the same layers.
 *
 * @param base as Jib names it: {@code NAME:TAG}, {@code NAME@sha256:DIGEST}, {@code tar://PATH}
 * @param server the server's jars
 * @param rules rule jars, or directories of them, whose {@code NAME-lib} folders come too
 * @param jvmFlags in front of the main class; of no use with an entry point of one's own
 * @param entrypoint what is run in place of the server, empty for the server
 * @param environment variables by name
 */
record ServerImage(
    String base,
    List<Path> server,
    List<Path> rules,
    List<String> jvmFlags,
    List<String> entrypoint,
    Map<String, String> environment) {

  private static final AbsoluteUnixPath HOME = AbsoluteUnixPath.get("/usher");

  /** As the manifests' Deployment has it: a user that owns nothing in the image. */
  private static final String USER = "10001:10001";

  private static final int HTTPS_PORT = 8443;
  private static final int HEALTH_PORT = 8080;

  /**
   * Builds it and hands it on.
   *
   * @throws IOException naming what has no place in an image
   */
  void containerize(Containerizer containerizer) throws IOException {
    try {
      from().containerize(containerizer.setToolName("usher"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      // Jib has a dozen kinds, which all say what is wrong.
      throw new IOException(e.getMessage(), e);
    }
  }

  private JibContainerBuilder from() throws IOException, InvalidImageReferenceException {
    return Jib.from(base)
        .setFormat(ImageFormat.OCI)
        .setCreationTime(Instant.EPOCH)
        .setUser(USER)
        .setWorkingDirectory(HOME)
        .setExposedPorts(Set.of(Port.tcp(HTTPS_PORT), Port.tcp(HEALTH_PORT)))
        .setEnvironment(environment)
        .setEntrypoint(entrypoint.isEmpty() ? run() : entrypoint)
        .addFileEntriesLayer(layer("server", "lib", server))
        .addFileEntriesLayer(layer("rules", "rules", ruleFiles()));
  }

  private List<String> run() {
    var command = new ArrayList<>(List.of("java"));
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", HOME.resolve("lib/*").toString(), UsherProcess.MAIN));
    return command;
  }

  private static FileEntriesLayer layer(String name, String folder, List<Path> files)
      throws IOException {
    var layer = FileEntriesLayer.builder().setName(name);
    for (Path file : files) {
      layer.addEntryRecursive(file, HOME.resolve(folder).resolve(file.getFileName()));
    }
    return layer.build();
  }

  /** Jars, and the folders of their libraries. */
  private List<Path> ruleFiles() throws IOException {
    var files = new ArrayList<Path>();
    for (Path each : rules) {
      if (!Files.isDirectory(each)) {
        add(each, files);
        continue;
      }
      try (Stream<Path> inside = Files.list(each)) {
        for (Path jar : inside.filter(ServerImage::isJar).sorted().toList()) {
          add(jar, files);
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException("there is no rule jar in " + rules);
    }
    return files;
  }

  private static void add(Path jar, List<Path> files) throws IOException {
    if (!isJar(jar) || !Files.isRegularFile(jar)) {
      throw new IOException(
          jar + " is no jar, and an image holds rules as jars: run package first");
    }
    files.add(jar);
    String name = jar.getFileName().toString();
    Path libraries =
        jar.resolveSibling(name.substring(0, name.length() - ".jar".length()) + "-lib");
    if (Files.isDirectory(libraries)) {
      files.add(libraries);
    }
  }

  private static boolean isJar(Path path) {
    return path.getFileName().toString().endsWith(".jar");
  }
}
