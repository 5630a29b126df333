package io.usher.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.labeler.Labeling;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The goal beside the command, over the sample's rules. */
final class ManifestsMojoTest {

  private static final List<Path> CLASS_PATH =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .toList();

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: crontabs.stable.example.com}
      spec: {group: stable.example.com, names: {kind: CronTab, plural: crontabs}}
      """;

  @TempDir private Path folder;

  private final ManifestsMojo mojo = new ManifestsMojo();

  private Path out;

  @BeforeEach
  void configure() throws Exception {
    out = folder.resolve("out");
    set("name", "labeler");
    set("image", "localhost/labeler:1");
    set("outputDirectory", out.toFile());
    set("artifact", artifact(null));
    set("classes", sample().toFile());
    set("pluginArtifacts", CLASS_PATH.stream().map(ManifestsMojoTest::artifact).toList());
  }

  @Test
  void writesWhatTheCommandWrites() throws Exception {
    Path commands = folder.resolve("command");
    set("namespace", "gates");

    mojo.execute();
    var command =
        UsherProcess.run(
            CLASS_PATH,
            List.of(
                "manifests",
                "--rules=" + sample(),
                "--name=labeler",
                "--namespace=gates",
                "--image=localhost/labeler:1",
                "--out=" + commands));

    assertThat(command).isEqualTo(new UsherProcess(0, ""));
    assertThat(contents(out)).isNotEmpty().isEqualTo(contents(commands));
  }

  @Test
  void checkFailsWithWhatDiffers() throws Exception {
    mojo.execute();
    set("check", true);
    mojo.execute();
    Path edited = Files.writeString(out.resolve("base/service.yaml"), "changed");

    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageStartingWith("check: ")
        .hasMessageEndingWith(edited + " is out of date");
    assertThat(edited).hasContent("changed");
  }

  @Test
  void badValueIsToldWithItsParameter() throws Exception {
    set("namespace", "Not_A_Label");

    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageStartingWith(
            "usher manifests: namespace \"Not_A_Label\": it must be a DNS label (a-z, 0-9 and -)");
  }

  @Test
  void configurationOfRulesIsHandedOn() throws Exception {
    Path config = Files.writeString(folder.resolve("rules.yaml"), "no.such.webhook: {}\n");
    set("ruleConfig", config.toFile());

    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("rule configuration no.such.webhook: there is no such webhook");
  }

  @Test
  void definitionsAreHandedOn() throws Exception {
    Path file = Files.writeString(folder.resolve("crontabs.yaml"), DEFINITION);
    set("definitions", List.of(file.toFile()));

    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("--definitions: nothing converts CronTab.stable.example.com");
  }

  @Test
  void projectWithoutRulesNeedsSomeGiven() throws Exception {
    set("classes", folder.resolve("none").toFile());

    assertThatThrownBy(mojo::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessage("rules: none is given, and the project has neither a jar nor classes");

    set("rules", List.of(sample().toFile()));
    mojo.execute();

    assertThat(out.resolve("register")).isDirectory();
  }

  @Test
  void skippedGoalWritesNothing() throws Exception {
    set("skip", true);

    mojo.execute();

    assertThat(out).doesNotExist();
  }

  private void set(String parameter, Object value) throws ReflectiveOperationException {
    Field field = ManifestsMojo.class.getDeclaredField(parameter);
    field.setAccessible(true);
    field.set(mojo, value);
  }

  /** Of which only the file counts. */
  private static Artifact artifact(@Nullable Path file) {
    return (Artifact)
        Proxy.newProxyInstance(
            Artifact.class.getClassLoader(),
            new Class<?>[] {Artifact.class},
            (proxy, method, arguments) ->
                method.getName().equals("getFile") && file != null ? file.toFile() : null);
  }

  private static Path sample() throws Exception {
    return Path.of(Labeling.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static Map<String, String> contents(Path root) throws IOException {
    var contents = new TreeMap<String, String>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(root.relativize(file).toString(), Files.readString(file));
      }
    }
    return contents;
  }
}
