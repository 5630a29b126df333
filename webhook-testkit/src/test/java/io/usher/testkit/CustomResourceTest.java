package io.usher.testkit;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.testkit.AdmissionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Fields without a value of a class that writes them as nulls, as classes do unless told. */
class CustomResourceTest {

  private final WebhookUnderTest webhook = WebhookUnderTest.of(new Defaults());

  @Test
  void specThatARuleMakesHasNoNulls() {
    assertThat(webhook.mutate(Requests.create(backup("{}")).build()))
        .hasPatch("[{op: add, path: /spec, value: {retentionDays: 30}}]")
        .isIdempotent();
  }

  @Test
  void nullThatCameStays() {
    assertThat(webhook.mutate(Requests.create(backup("{spec: {schedule: null}}")).build()))
        .hasPatch("[{op: add, path: /spec/retentionDays, value: 30}]")
        .isIdempotent();
  }

  @Test
  void fieldThatARuleEmptiesIsRemoved() {
    assertThat(
            webhook.mutate(
                Requests.update(
                        backup("{}"), backup("{spec: {schedule: never, retentionDays: 1, x: 1}}"))
                    .build()))
        .hasPatch("[{op: remove, path: /spec/schedule}]")
        .isIdempotent();
  }

  @Test
  void nullOfATreeIsWrittenAndRefusedUnlessTheSchemaAllowsIt() {
    var webhook = WebhookUnderTest.of(new Nulls());
    var request = Requests.create(backup("{spec: {schedule: x, was: null}}")).build();

    assertThat(webhook.mutate(request).refusals())
        .containsExactly("spec.schedule: Invalid value: \"null\", unless its schema says nullable");
    assertThat(webhook.withNullableFields().mutate(request))
        .hasPatch("[{op: replace, path: /spec/schedule, value: null}]");
  }

  private static ObjectNode backup(String members) {
    ObjectNode backup =
        Documents.tree("{apiVersion: example.com/v1, kind: Backup, metadata: {name: nightly}}");
    return backup.setAll(Documents.tree(members));
  }

  @Group("example.com")
  @Version("v1")
  static final class Backup extends CustomResource<BackupSpec, Void> implements Namespaced {
    private static final long serialVersionUID = 1L;
  }

  static final class BackupSpec {
    public @Nullable String schedule;
    public @Nullable Integer retentionDays;
  }

  @Webhook(name = "defaults.test.example.com")
  static final class Defaults {

    @Mutating(operations = {CREATE, UPDATE})
    void setRetention(Backup backup) {
      if (backup.getSpec() == null) {
        backup.setSpec(new BackupSpec());
      }
      if (backup.getSpec().retentionDays == null) {
        backup.getSpec().retentionDays = 30;
      }
      if ("never".equals(backup.getSpec().schedule)) {
        backup.getSpec().schedule = null;
      }
    }
  }

  @Webhook(name = "nulls.test.example.com")
  static final class Nulls {

    @Mutating(operations = CREATE, resource = "backups.v1.example.com")
    void clear(ObjectNode backup) {
      backup.withObject("spec").putNull("schedule");
    }
  }
}
