package io.usher.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.OnUpdated;
import io.usher.rule.Webhook;
import io.usher.view.ObjectPruner;
import io.usher.view.StoredObject;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeFilterTest {

  @Webhook(name = "changes.example.com")
  static final class Changes {

    @OnUpdated
    void updated(ConfigMap map) {}
  }

  private static StoredObject object(String uid, String version) {
    var json = JsonNodeFactory.instance.objectNode();
    json.putObject("metadata").put("name", "a").put("uid", uid).put("resourceVersion", version);
    return new ObjectPruner(List.of()).prune(json);
  }

  @Test
  void whatWasMadeAnewIsNoUpdateOfWhatWasThere() {
    HandlerDefinition updated =
        WebhookRegistration.fromInstances(List.of(new Changes())).get(0).handlers().get(0);
    var changes = new ChangeFilter(updated);
    StoredObject old = object("1", "10");
    StoredObject now = object("1", "11");

    assertThat(changes.subject(old, now)).isSameAs(now);
    assertThat(changes.subject(old, object("2", "12"))).isNull();
    assertThat(changes.subject(old, null)).isNull();
  }
}
