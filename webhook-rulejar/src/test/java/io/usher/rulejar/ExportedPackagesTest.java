package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportedPackagesTest {

  private static final Pattern ROW = Pattern.compile("\\| `([a-zA-Z0-9.]+)` \\| ?(.*?) ?\\|");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.usher.rule.Rule",
        "io.usher.webhook.WebhookRegistration",
        "io.fabric8.kubernetes.api.model.Pod",
        "io.fabric8.kubernetes.api.model.apps.Deployment",
        "io.fabric8.kubernetes.client.CustomResource",
        "com.fasterxml.jackson.databind.node.ObjectNode",
        "org.slf4j.Logger"
      })
  void areTheServers(String name) {
    assertThat(ExportedPackages.contains(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unpackaged",
        "io.usher.webhook.declaration.RuleIndex",
        "io.usher.rulejar.RuleJars",
        "io.fabric8.kubernetes.client.KubernetesClient",
        "io.fabric8.kubernetes.client.CustomResourceList",
        "io.fabric8.kubernetes.api.modelling.Pod",
        "com.fasterxml.jackson.dataformat.yaml.YAMLMapper",
        "com.fasterxml.jackson.databinding.Foo",
        "org.slf4j.bridge.SLF4JBridgeHandler"
      })
  void areHiddenOrTheJars(String name) {
    assertThat(ExportedPackages.contains(name)).isFalse();
  }

  @Test
  void documentationListsThem() throws IOException {
    var listed =
        ROW.matcher(Files.readString(Path.of("../docs/rule-jars.md")))
            .results()
            .map(row -> row.group(1) + " " + row.group(2))
            .collect(Collectors.toCollection(TreeSet::new));

    var exported =
        Stream.of(
                ExportedPackages.PACKAGES.stream().map(name -> name + " "),
                ExportedPackages.TREES.stream().map(name -> name + " and all below"),
                ExportedPackages.CLASSES.stream().map(name -> name + " this class alone"))
            .flatMap(names -> names)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(listed).isEqualTo(exported);
  }
}
