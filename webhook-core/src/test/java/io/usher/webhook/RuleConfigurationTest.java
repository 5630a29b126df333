package io.usher.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleConfigurationTest {

  private static final String WEBHOOK = "images.example.com";

  /** What the class that was made last was given. */
  private static Images.Config given;

  enum Mode {
    WARN,
    DENY
  }

  @Webhook(name = WEBHOOK, validatingFailurePolicy = FailurePolicy.FAIL)
  static final class Images {

    record Limit(String team, int replicas) {}

    record Config(
        List<String> registries,
        int maxReplicas,
        Mode mode,
        Duration grace,
        Map<String, Limit> limits,
        Optional<String> contact) {

      Config {
        if (maxReplicas < 1) {
          throw new IllegalArgumentException("maxReplicas must be 1 or more, not " + maxReplicas);
        }
      }
    }

    Images(Config config) {
      given = config;
    }

    @Validating(operations = Operation.CREATE, resource = "pods")
    Decision check(ObjectNode pod) {
      return Decision.allow();
    }
  }

  @Webhook(name = "defaults.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class WithDefaults {

    record Config(int replicas) {}

    private static int made;

    WithDefaults() {
      made = 3;
    }

    WithDefaults(Config config) {
      made = config.replicas();
    }

    @Validating(operations = Operation.CREATE, resource = "pods")
    Decision check(ObjectNode pod) {
      return Decision.allow();
    }
  }

  @BeforeEach
  void forget() {
    given = null;
  }

  @Test
  void recordIsMadeOfTheFile() throws Exception {
    load(
        """
        {"registries": ["a", "b"], "maxReplicas": 5, "mode": "DENY", "grace": "1m30s",
         "limits": {"x": {"team": "red", "replicas": 2}}, "contact": "us"}""",
        Map.of());
    assertThat(given)
        .isEqualTo(
            new Images.Config(
                List.of("a", "b"),
                5,
                Mode.DENY,
                Duration.ofSeconds(90),
                Map.of("x", new Images.Limit("red", 2)),
                Optional.of("us")));
  }

  @Test
  void variableCountsBeforeTheFile() throws Exception {
    load(
        """
        {"registries": ["a"], "maxReplicas": 5, "mode": "DENY", "grace": "10s", "limits": {}}""",
        Map.of(
            "USHER_RULE_CONFIG_IMAGES_EXAMPLE_COM_MAX_REPLICAS", "7",
            "USHER_RULE_CONFIG_IMAGES_EXAMPLE_COM_REGISTRIES", "b, c",
            "PATH", "/bin"));
    assertThat(given.maxReplicas()).isEqualTo(7);
    assertThat(given.registries()).containsExactly("b", "c");
    assertThat(given.contact()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"maxReplicas\": \"many\" | images.example.com.maxReplicas: Cannot deserialize value of type"
            + " `int` from String \"many\"",
        "\"mode\": \"SHOUT\" | images.example.com.mode: Cannot deserialize value of type",
        "\"grace\": \"soon\" | images.example.com.grace: \"soon\" is no duration like 10s or 1m30s",
        "\"limits\": {\"x\": {\"team\": \"red\"}} | images.example.com.limits.x.replicas: Missing",
        "\"maxReplicas\": 0 | images.example.com: maxReplicas must be 1 or more, not 0",
        "\"maxReplica\": 1 | images.example.com.maxReplica: there is no such key; there are [contact,"
            + " grace, limits, maxReplicas, mode, registries]"
      })
  void whatIsWrongIsNamedWithJarAndKey(String wrong, String message) {
    String good =
        """
        {"registries": ["a"], "maxReplicas": 5, "mode": "DENY", "grace": "10s", "limits": {}, %s}""";
    assertThatThrownBy(() -> load(good.formatted(wrong), Map.of()))
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessageContaining("rule configuration " + message);
    if (!message.contains("no such key")) {
      assertThatThrownBy(() -> load(good.formatted(wrong), Map.of()))
          .hasMessageContaining("team.jar: rule configuration");
    }
    assertThat(given).as("no class is made of a wrong configuration").isNull();
  }

  @Test
  void everyMissingKeyIsNamedWithItsVariable() {
    assertThatThrownBy(() -> load("{\"registries\": []}", Map.of()))
        .hasMessageContaining(
            "team.jar: rule configuration images.example.com.maxReplicas is missing; write it into"
                + " the file of --rule-config, or set"
                + " USHER_RULE_CONFIG_IMAGES_EXAMPLE_COM_MAX_REPLICAS")
        .hasMessageContaining("images.example.com.mode is missing")
        .message()
        .doesNotContain("contact", "registries is missing");
  }

  @Test
  void whatNobodyTakesIsNamed() throws Exception {
    var file = Map.of("other.example.com", object("{}"));
    var configuration =
        RuleConfiguration.of(file, Map.of("USHER_RULE_CONFIG_DEFAULTS_EXAMPLE_COM_REPLICA", "1"));
    assertThatThrownBy(
            () ->
                WebhookRegistration.fromClasses(
                    List.of(WithDefaults.class), type -> "team.jar", configuration))
        .hasMessageContaining(
            "rule configuration other.example.com: there is no such webhook; there are"
                + " [defaults.example.com]")
        .hasMessageContaining(
            "USHER_RULE_CONFIG_DEFAULTS_EXAMPLE_COM_REPLICA: no rule class takes this");
  }

  @Test
  void classWithDefaultsOfItsOwnNeedsNoConfiguration() throws Exception {
    WebhookRegistration.fromClasses(List.of(WithDefaults.class));
    assertThat(WithDefaults.made).isEqualTo(3);
    WebhookRegistration.fromClasses(
        List.of(WithDefaults.class),
        type -> "",
        RuleConfiguration.of(
            Map.of("defaults.example.com", object("{\"replicas\": 9}")), Map.of()));
    assertThat(WithDefaults.made).isEqualTo(9);
  }

  private static void load(String keys, Map<String, String> environment) throws Exception {
    WebhookRegistration.fromClasses(
        List.of(Images.class),
        type -> "team.jar",
        RuleConfiguration.of(Map.of(WEBHOOK, object(keys)), environment));
  }

  private static ObjectNode object(String json) throws Exception {
    return (ObjectNode) new ObjectMapper().readTree(json);
  }
}
