package io.usher.benchmarks.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ConfigMapsTest {

  @Test
  void anObjectIsJsonOfTwoKilobytesWhateverItsName() throws Exception {
    for (String name : new String[] {"a", "map-000-000001"}) {
      byte[] object = ConfigMaps.object(name);
      assertThat(object).hasSize(2048);
      assertThat(new ObjectMapper().readTree(object).at("/metadata/name").asText()).isEqualTo(name);
    }
  }

  @Test
  void findsTheStampOfEachWholeFrame() {
    byte[] frames =
        "{\"data\":{\"sent\":\"12\"}}\n{\"f:sent\":{},\"sent\":\"345\"}\n{\"sent\":\"6"
            .getBytes(US_ASCII);
    var stamps = new ArrayList<Long>();
    ConfigMaps.stamps(frames, new String(frames, US_ASCII).lastIndexOf('\n') + 1, stamps::add);
    assertThat(stamps).containsExactly(12L, 345L);
  }
}
