package com.example.labeler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TeamTest {

  @ParameterizedTest
  @CsvSource({
    "payments-prod, payments",
    "payments-test, payments",
    "shop-checkout-dev, shop-checkout",
  })
  void namespaceIsNamedByTeamAndStage(String namespace, String team) {
    assertThat(Team.ofNamespace(namespace)).contains(new Team(team));
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kube-system", "-prod", "payments-production", ""})
  void namespaceWithoutAStageIsNobodys(String namespace) {
    assertThat(Team.ofNamespace(namespace)).isEmpty();
  }
}
