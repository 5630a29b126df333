package io.usher.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrafanaDashboardTest {

  private static String uid(String name) throws Exception {
    String json = new GrafanaDashboard(name, "", List.of()).json();
    return new ObjectMapper().readTree(json).path("uid").asText();
  }

  @Test
  void theUidIsNoLongerThanGrafanaTakesItAndStillOneOfItsOwn() throws Exception {
    String longest = "a".repeat(50);

    assertThat(uid("gate")).isEqualTo("usher-gate");
    assertThat(uid(longest + "-controller")).hasSizeLessThanOrEqualTo(40);
    assertThat(uid(longest + "-controller")).isNotEqualTo(uid(longest));
  }
}
