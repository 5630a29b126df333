package io.usher.testkit;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.Operation;
import io.usher.webhook.WebhookRegistration;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a rule logs is seen by whoever runs its test. */
class RuleLogTest {

  private static final Logger LOG = LoggerFactory.getLogger("com.example.Labeling");

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(before);
  }

  @Test
  void linesFromInfoOnAreShown() {
    var webhook =
        WebhookUnderTest.of(
            WebhookRegistration.named("log.example.com")
                .editing(
                    "log",
                    on(Pod.class, Operation.CREATE),
                    (pod, context) -> {
                      LOG.debug("not this");
                      LOG.info("looks at {}", context.request().name());
                    })
                .build());

    webhook.mutate(Requests.create("{apiVersion: v1, kind: Pod, metadata: {name: web}}").build());

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("INFO com.example.Labeling - looks at web")
        .doesNotContain("not this", "No SLF4J providers");
  }
}
