package com.example.crontabs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.testkit.ConversionsUnderTest;
import io.usher.testkit.Manifest;
import org.junit.jupiter.api.Test;

class CronTabsTest {

  private final ConversionsUnderTest conversions = ConversionsUnderTest.of(CronTabs.class);

  @Test
  void nothingIsLost(@Manifest("crontabs.yaml") String definition) {
    conversions.roundTrips(definition).assertNothingIsLost();
  }

  @Test
  void scheduleIsSplit(@Manifest("nightly.yaml") String crontab) {
    ObjectNode converted = conversions.convert(crontab, "v1");

    assertThat(converted.at("/spec/schedule/minute").asText()).isEqualTo("5");
    assertThat(converted.at("/spec/template/anything").asText()).isEqualTo("goes");
  }

  @Test
  void scheduleThatIsNoneIsNamed(@Manifest("nightly.yaml") String crontab) {
    assertThatThrownBy(() -> conversions.convert(crontab.replace("5 4 * * *", "hourly"), "v1"))
        .hasMessageContaining("CronTab shop/nightly (v1alpha1 to v1): spec.cron: is not five");
  }
}
