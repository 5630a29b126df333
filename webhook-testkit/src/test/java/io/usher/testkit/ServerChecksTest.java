package io.usher.testkit;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.testkit.AdmissionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import org.junit.jupiter.api.Test;

/** What an API server refuses of an object that a webhook changed. */
class ServerChecksTest {

  @Webhook(name = "metadata.test.example.com")
  static final class Rewrites {

    private final String field;

    Rewrites() {
      this("name");
    }

    Rewrites(String field) {
      this.field = field;
    }

    @Mutating(
        operations = {CREATE, UPDATE},
        resource = "pods")
    void rewrite(ObjectNode pod) {
      pod.withObject("metadata").put(field, "other");
    }
  }

  private static final String POD = "{apiVersion: v1, kind: Pod, metadata: {name: web, uid: u}}";

  @Test
  void metadataOfAStoredObjectIsImmutable() {
    for (String field : new String[] {"name", "uid", "creationTimestamp"}) {
      assertThat(updated(field).refusals())
          .containsExactly("metadata." + field + ": Invalid value: \"other\": field is immutable");
    }
    assertThat(updated("namespace").refusals())
        .containsExactly(
            "the namespace of the provided object does not match the namespace sent on the"
                + " request");
    assertThat(updated("generateName")).isPatched();
  }

  @Test
  void newObjectMayBeRenamedButHasNoVersion() {
    assertThat(created("name")).isPatched();
    assertThat(created("resourceVersion").refusals())
        .containsExactly("resourceVersion should not be set on objects to be created");
  }

  @Test
  void refusedObjectIsNotAllowed() {
    assertThatThrownBy(() -> assertThat(updated("name")).isPatched())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("an API server refuses what the rules made of it")
        .hasMessageContaining("metadata.name: Invalid value");
  }

  private static AdmissionResult created(String field) {
    return WebhookUnderTest.of(new Rewrites(field)).mutate(Requests.create(POD).build());
  }

  private static AdmissionResult updated(String field) {
    return WebhookUnderTest.of(new Rewrites(field)).mutate(Requests.update(POD, POD).build());
  }
}
