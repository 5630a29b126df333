package io.usher.maven;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Component;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.DependencyNode;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.DependencyRequest;
import org.jspecify.annotations.Nullable;

/**
 * Builds an image of the server with the project's rules: without Docker, and without Usher's
 * sources. It is written to a file, or pushed with the credentials that Docker's configuration has.
 */
@Mojo(name = "image", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class ImageMojo extends AbstractMojo {

  /** What the image is called, as {@code usher:manifests} takes it. */
  @Parameter(property = "usher.image", required = true)
  private String image;

  /** The image that it builds on: one that has {@code java} on its PATH, of version 17 or newer. */
  @Parameter(property = "usher.baseImage", defaultValue = "eclipse-temurin:25-jre", required = true)
  private String baseImage;

  /** Where the image is written to, unless it is pushed. */
  @Parameter(
      property = "usher.archive",
      defaultValue = "${project.build.directory}/image.tar",
      required = true)
  private File archive;

  /** Push the image to its registry, and write no file. */
  @Parameter(property = "usher.push", defaultValue = "false")
  private boolean push;

  /** Further rule jars, or directories of them, beside the project's own. */
  @Parameter(property = "usher.rules")
  private List<File> rules = List.of();

  /** The JVM's flags, in place of those that fit the manifests' Deployment. */
  @Parameter(property = "usher.jvmFlags")
  private List<String> jvmFlags =
      List.of(
          "-XX:MaxRAMPercentage=47",
          "-XX:MaxDirectMemorySize=16m",
          "-XX:MaxMetaspaceSize=64m",
          "-XX:ReservedCodeCacheSize=32m",
          "-XX:-UsePerfData");

  /** The whole entry point, in place of the server's; the Deployment's arguments follow it. */
  @Parameter private List<String> entrypoint = List.of();

  /** Variables of the image's environment: {@code USHER_...} are settings of the server. */
  @Parameter private Map<String, String> environment = Map.of();

  /** Do nothing. */
  @Parameter(property = "usher.skip", defaultValue = "false")
  private boolean skip;

  @Parameter(defaultValue = "${project.artifact}", readonly = true)
  private Artifact artifact;

  @Parameter(defaultValue = "${plugin.version}", readonly = true)
  private String version;

  @Parameter(defaultValue = "${repositorySystemSession}", readonly = true)
  private RepositorySystemSession session;

  @Parameter(defaultValue = "${project.remotePluginRepositories}", readonly = true)
  private List<RemoteRepository> repositories;

  /** The oldest Maven that the plugin runs in injects fields of goals by this annotation. */
  @SuppressWarnings("deprecation")
  @Component
  private RepositorySystem repositorySystem;

  @Override
  public void execute() throws MojoExecutionException {
    if (skip) {
      getLog().info("usher:image is skipped");
      return;
    }
    var built = new ServerImage(baseImage, server(), allRules(), jvmFlags, entrypoint, environment);
    try {
      built.containerize(target());
    } catch (IOException | InvalidImageReferenceException e) {
      throw new MojoExecutionException("build image " + image + ": " + e.getMessage(), e);
    }
    getLog().info(image + (push ? " is pushed" : " is written to " + archive));
  }

  private Containerizer target() throws InvalidImageReferenceException, IOException {
    if (!push) {
      return Containerizer.to(TarImage.at(archive.toPath()).named(image));
    }
    var reference = ImageReference.parse(image);
    var credentials = CredentialRetrieverFactory.forImage(reference, this::log);
    return Containerizer.to(
        RegistryImage.named(reference)
            .addCredentialRetriever(credentials.dockerConfig())
            .addCredentialRetriever(credentials.wellKnownCredentialHelpers()));
  }

  private void log(LogEvent event) {
    getLog().debug(event.getMessage());
  }

  private List<Path> allRules() {
    var all = new ArrayList<Path>();
    @Nullable File own = artifact.getFile();
    if (own != null && own.isFile()) {
      all.add(own.toPath());
    }
    rules.forEach(file -> all.add(file.toPath()));
    return all;
  }

  /** The command line's artifact with all that it needs at run time, as its own build has it. */
  private List<Path> server() throws MojoExecutionException {
    var command = new DefaultArtifact("io.usher", "webhook-cli", "jar", version);
    try {
      var descriptor =
          repositorySystem.readArtifactDescriptor(
              session, new ArtifactDescriptorRequest(command, repositories, null));
      var collect = new CollectRequest(new Dependency(command, "runtime"), repositories);
      collect.setManagedDependencies(descriptor.getManagedDependencies());
      return repositorySystem
          .resolveDependencies(session, new DependencyRequest(collect, ImageMojo::isNeeded))
          .getArtifactResults()
          .stream()
          .map(result -> result.getArtifact().getFile().toPath())
          .toList();
    } catch (RepositoryException e) {
      throw new MojoExecutionException("resolve " + command + ": " + e.getMessage(), e);
    }
  }

  private static boolean isNeeded(DependencyNode node, List<DependencyNode> parents) {
    Dependency dependency = node.getDependency();
    return !dependency.isOptional()
        && (dependency.getScope().equals("compile") || dependency.getScope().equals("runtime"));
  }
}
