package io.usher.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.labeler.Labeling;
import io.usher.rulejar.RuleJars;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code manifests/} is what the sample's rules give; {@code -Dusher.golden.update=true} writes it.
 */
final class SampleManifestsTest {

  private static final Path COMMITTED = Path.of("..", "manifests");

  private static final Installation INSTALLATION =
      new Installation("labeler", "labeler-system", "localhost/labeler:0.1.0");

  @Test
  void committedManifestsAreWhatIsGenerated() throws Exception {
    ManifestFiles files = generate();
    if (Boolean.getBoolean("usher.golden.update")) {
      files.writeTo(COMMITTED);
    }

    assertThat(files.differencesFrom(COMMITTED)).isEmpty();
  }

  @Test
  void sameRulesGiveSameBytes() throws Exception {
    assertThat(generate().contents()).isEqualTo(generate().contents());
  }

  private static ManifestFiles generate() throws URISyntaxException {
    Path classes =
        Path.of(Labeling.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (RuleJars jars = RuleJars.load(List.of(classes))) {
      return Manifests.generate(INSTALLATION, jars.webhooks());
    }
  }
}
