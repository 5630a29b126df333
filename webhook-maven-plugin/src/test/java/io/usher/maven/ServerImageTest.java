package io.usher.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerImageTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private Path base;
  private Path server;
  private Path rules;

  @BeforeEach
  void write() throws Exception {
    base = folder.resolve("base.tar");
    Path java = Files.writeString(folder.resolve("java"), "a runtime");
    Jib.fromScratch()
        .addFileEntriesLayer(
            FileEntriesLayer.builder()
                .addEntry(java, AbsoluteUnixPath.get("/usr/bin/java"))
                .build())
        .containerize(cached(Containerizer.to(TarImage.at(base).named("base"))));
    server = Files.writeString(folder.resolve("webhook-cli.jar"), "the server");
    rules = Files.createDirectories(folder.resolve("target"));
    Files.writeString(rules.resolve("gate.jar"), "rules");
    Files.createDirectories(rules.resolve("gate-lib"));
    Files.writeString(rules.resolve("gate-lib/library.jar"), "a library");
    Files.createDirectories(rules.resolve("classes"));
    Files.writeString(rules.resolve("classes/Gate.class"), "a class");
  }

  @Test
  void serverAndRulesLieWhereTheDeploymentLooks() throws Exception {
    Map<String, byte[]> image =
        build(List.of(rules.resolve("gate.jar")), List.of("-Xmx100m"), List.of(), Map.of("A", "b"));

    JsonNode config = config(image);
    assertThat(config.path("Entrypoint").toString())
        .isEqualTo("[\"java\",\"-Xmx100m\",\"-cp\",\"/usher/lib/*\",\"io.usher.cli.Usher\"]");
    assertThat(config.path("User").asText()).isEqualTo("10001:10001");
    assertThat(config.path("WorkingDir").asText()).isEqualTo("/usher");
    assertThat(config.path("Env")).anyMatch(variable -> variable.asText().equals("A=b"));
    assertThat(files(image))
        .contains(
            "usr/bin/java",
            "usher/lib/webhook-cli.jar",
            "usher/rules/gate.jar",
            "usher/rules/gate-lib/library.jar")
        .noneMatch(file -> file.contains("classes"));
  }

  @Test
  void folderGivesItsJars() throws Exception {
    Map<String, byte[]> image = build(List.of(rules), List.of(), List.of(), Map.of());

    assertThat(files(image))
        .contains("usher/rules/gate.jar", "usher/rules/gate-lib/library.jar")
        .noneMatch(file -> file.contains("classes"));
  }

  @Test
  void entryPointCanBeAnother() throws Exception {
    Map<String, byte[]> image =
        build(List.of(rules), List.of("-Xmx1g"), List.of("/bin/run", "it"), Map.of());

    assertThat(config(image).path("Entrypoint").toString()).isEqualTo("[\"/bin/run\",\"it\"]");
  }

  @Test
  void samePartsGiveTheSameImage() throws Exception {
    assertThat(build(List.of(rules), List.of(), List.of(), Map.of()).keySet())
        .isEqualTo(build(List.of(rules), List.of(), List.of(), Map.of()).keySet());
  }

  @Test
  void rulesThatAreNoJarAreNamed() {
    Path classes = rules.resolve("classes");
    assertThatThrownBy(() -> build(List.of(classes), List.of(), List.of(), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no rule jar in [" + classes + "]");
    Path none = rules.resolve("none.jar");
    assertThatThrownBy(() -> build(List.of(none), List.of(), List.of(), Map.of()))
        .hasMessage(none + " is no jar, and an image holds rules as jars: run package first");
  }

  private Map<String, byte[]> build(
      List<Path> ruleJars,
      List<String> jvmFlags,
      List<String> entrypoint,
      Map<String, String> environment)
      throws Exception {
    Path archive = folder.resolve("image.tar");
    new ServerImage("tar://" + base, List.of(server), ruleJars, jvmFlags, entrypoint, environment)
        .containerize(cached(Containerizer.to(TarImage.at(archive).named("localhost/gate:1"))));
    try (var in = Files.newInputStream(archive)) {
      return entries(in);
    }
  }

  private Containerizer cached(Containerizer containerizer) {
    return containerizer
        .setBaseImageLayersCache(folder.resolve("base-cache"))
        .setApplicationLayersCache(folder.resolve("layer-cache"));
  }

  private static Map<String, byte[]> entries(InputStream stream) throws IOException {
    var entries = new TreeMap<String, byte[]>();
    var tar = new TarArchiveInputStream(stream);
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      if (entry.isFile()) {
        entries.put(entry.getName(), tar.readAllBytes());
      }
    }
    return entries;
  }

  private static JsonNode config(Map<String, byte[]> image) throws IOException {
    return MAPPER.readTree(blob(image, manifest(image).at("/config/digest"))).path("config");
  }

  private static Set<String> files(Map<String, byte[]> image) throws IOException {
    var files = new TreeSet<String>();
    for (JsonNode layer : manifest(image).path("layers")) {
      var packed = new ByteArrayInputStream(blob(image, layer.path("digest")));
      files.addAll(entries(new GZIPInputStream(packed)).keySet());
    }
    return files;
  }

  private static JsonNode manifest(Map<String, byte[]> image) throws IOException {
    JsonNode index = MAPPER.readTree(image.get("index.json"));
    return MAPPER.readTree(blob(image, index.at("/manifests/0/digest")));
  }

  private static byte[] blob(Map<String, byte[]> image, JsonNode digest) {
    return image.get("blobs/" + digest.asText().replace(':', '/'));
  }
}
