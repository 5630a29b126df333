package io.usher.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Writes what it takes to run the project's rules in a cluster: the files of {@code usher
 * manifests}.
 */
@Mojo(name = "manifests", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class ManifestsMojo extends AbstractMojo {

  /** What each object is called: a DNS label of at most 50 characters. */
  @Parameter(property = "usher.name", defaultValue = "${project.artifactId}", required = true)
  private String name;

  /** The server's own namespace; {@code NAME-system} when not given. */
  @Parameter(property = "usher.namespace")
  private @Nullable String namespace;

  /** The server's image, by tag or digest. */
  @Parameter(property = "usher.image", required = true)
  private String image;

  /** Where to; only generated files there are overwritten or removed. */
  @Parameter(
      property = "usher.outputDirectory",
      defaultValue = "${project.build.directory}/manifests",
      required = true)
  private File outputDirectory;

  /** Further rule jars, or directories of them, beside the project's own. */
  @Parameter(property = "usher.rules")
  private List<File> rules = List.of();

  /** The YAML file of what is configured for the rules. */
  @Parameter(property = "usher.ruleConfig")
  private @Nullable File ruleConfig;

  /** Paths of webhooks' mutating rules, WEBHOOK=PATH, in place of those that the rules state. */
  @Parameter(property = "usher.mutatingPaths")
  private List<String> mutatingPaths = List.of();

  /** Paths of webhooks' validating rules, WEBHOOK=PATH, in place of those that the rules state. */
  @Parameter(property = "usher.validatingPaths")
  private List<String> validatingPaths = List.of();

  /**
   * YAML files with CustomResourceDefinitions that the rules convert between versions; they are
   * written with the webhook in {@code spec.conversion}.
   */
  @Parameter(property = "usher.definitions")
  private List<File> definitions = List.of();

  /** Write nothing, and fail when the files are not what they should be. */
  @Parameter(property = "usher.check", defaultValue = "false")
  private boolean check;

  /** Do nothing. */
  @Parameter(property = "usher.skip", defaultValue = "false")
  private boolean skip;

  /** The project's jar, once the build has made it. */
  @Parameter(defaultValue = "${project.artifact}", readonly = true)
  private Artifact artifact;

  /** The project's classes, which stand for its jar before. */
  @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true)
  private File classes;

  @Parameter(defaultValue = "${plugin.artifacts}", readonly = true)
  private List<Artifact> pluginArtifacts;

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("usher:manifests is skipped");
      return;
    }
    UsherProcess command = run(arguments());
    if (command.exitCode() == 0) {
      getLog().info(outputDirectory + (check ? " is up to date" : " is written"));
    } else if (check && command.exitCode() == 1) {
      throw new MojoFailureException("check: run usher:manifests without it\n" + command.output());
    } else {
      throw new MojoExecutionException(command.output());
    }
  }

  private UsherProcess run(List<String> arguments) throws MojoExecutionException {
    try {
      return UsherProcess.run(
          pluginArtifacts.stream().map(each -> each.getFile().toPath()).toList(), arguments);
    } catch (IOException e) {
      throw new MojoExecutionException("start usher manifests: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("usher manifests was interrupted", e);
    }
  }

  private List<String> arguments() throws MojoExecutionException {
    var arguments = new ArrayList<>(List.of("manifests", "--name", name, "--image", image));
    if (namespace != null) {
      arguments.addAll(List.of("--namespace", namespace));
    }
    for (Path path : allRules()) {
      arguments.addAll(List.of("--rules", path.toString()));
    }
    if (ruleConfig != null) {
      arguments.addAll(List.of("--rule-config", ruleConfig.toString()));
    }
    mutatingPaths.forEach(path -> arguments.addAll(List.of("--mutating-path", path)));
    validatingPaths.forEach(path -> arguments.addAll(List.of("--validating-path", path)));
    definitions.forEach(file -> arguments.addAll(List.of("--definitions", file.toString())));
    arguments.addAll(List.of("--out", outputDirectory.toString()));
    if (check) {
      arguments.add("--check");
    }
    return arguments;
  }

  private List<Path> allRules() throws MojoExecutionException {
    var all = new ArrayList<Path>();
    if (artifact.getFile() != null && artifact.getFile().isFile()) {
      all.add(artifact.getFile().toPath());
    } else if (classes.isDirectory()) {
      all.add(classes.toPath());
    }
    rules.forEach(file -> all.add(file.toPath()));
    if (all.isEmpty()) {
      throw new MojoExecutionException(
          "rules: none is given, and the project has neither a jar nor classes");
    }
    return all;
  }
}
