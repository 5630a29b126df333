package io.usher.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleJarsTest {

  private static final String LABELING =
      """
      package com.example;

      import io.fabric8.kubernetes.api.model.Pod;
      import io.usher.admission.Operation;
      import io.usher.rule.*;

      @Webhook(name = "labeler.example.com")
      class Labeling {
        @Mutating(operations = Operation.CREATE)
        void addTeam(Pod pod) {
          pod.getMetadata().getLabels().put("team", "shop");
        }
      }
      """;

  @TempDir Path work;

  @Test
  void jarWithoutIndexIsScanned() {
    Path jar =
        new JarBuilder(work)
            .withoutProcessor()
            .source("com.example.Labeling", LABELING)
            .jar(work.resolve("labels.jar"));

    try (RuleJars jars = RuleJars.load(List.of(jar))) {
      assertThat(jars.webhooks()).hasSize(1);
      assertThat(jars.webhooks().get(0).chain(Phase.MUTATING).rules())
          .extracting(RuleDefinition::name)
          .containsExactly("Labeling.addTeam");
    }
  }
}
