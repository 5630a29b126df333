package io.usher.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.admission.Operation;
import io.usher.cluster.FieldPath;
import io.usher.conversion.GroupKind;
import io.usher.conversion.VersionGraph;
import io.usher.rule.ConversionContext;
import io.usher.rule.ConversionDefinition;
import io.usher.rule.Converting;
import io.usher.rule.Phase;
import io.usher.rule.Webhook;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversionsTest {

  private static final String KIND = "Tab.example.com";

  @Group("example.com")
  @Version("v1alpha1")
  @Kind("Tab")
  static final class Alpha extends CustomResource<String, String> {
    private static final long serialVersionUID = 1L;
  }

  @Group("example.com")
  @Version("v1")
  @Kind("Tab")
  static final class Hub extends CustomResource<String, String> {
    private static final long serialVersionUID = 1L;
  }

  @Webhook(name = "tabs.example.com")
  static final class Tabs {

    @Converting
    Hub up(ConversionContext context, Alpha old) {
      var hub = new Hub();
      hub.setSpec(old.getSpec() + " " + context.remaining());
      return hub;
    }

    @Converting(loses = "spec.zone")
    Alpha down(Hub hub) {
      return new Alpha();
    }

    @Converting(kind = KIND, from = "v1", to = "v1beta1")
    void edit(ObjectNode hub) {
      hub.put("edited", true);
    }
  }

  @Webhook(name = "tabs.example.com")
  static final class MoreTabs {

    @Converting(kind = KIND, from = "v1beta1", to = "v1")
    ObjectNode anew(ObjectNode beta) {
      return beta.objectNode();
    }
  }

  @Test
  void typesTellKindAndVersions() {
    WebhookRegistration webhook =
        WebhookRegistration.fromClasses(List.of(Tabs.class, MoreTabs.class)).get(0);

    assertThat(webhook.conversionPath()).isEqualTo("/convert/tabs.example.com");
    assertThat(webhook.conversions())
        .extracting(
            ConversionDefinition::name,
            each -> each.kind() + " " + each.from() + " " + each.to(),
            ConversionDefinition::loses)
        .containsExactlyInAnyOrder(
            tuple("ConversionsTest.Tabs.up", "Tab.example.com v1alpha1 v1", List.of()),
            tuple(
                "ConversionsTest.Tabs.down",
                "Tab.example.com v1 v1alpha1",
                List.of(FieldPath.parse("spec.zone"))),
            tuple("ConversionsTest.Tabs.edit", "Tab.example.com v1 v1beta1", List.of()),
            tuple("ConversionsTest.MoreTabs.anew", "Tab.example.com v1beta1 v1", List.of()));
  }

  @Test
  void methodsAreCalledWithWhatTheyTake() throws Exception {
    WebhookRegistration webhook =
        WebhookRegistration.fromClasses(List.of(Tabs.class, MoreTabs.class)).get(0);
    var context = mock(ConversionContext.class);
    var alpha = new Alpha();
    alpha.setSpec("spec");
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    when(context.object(Alpha.class)).thenReturn(alpha);
    when(context.object(ObjectNode.class)).thenReturn(tree);

    assertThat(converted(webhook, "ConversionsTest.Tabs.up", context))
        .isInstanceOfSatisfying(Hub.class, hub -> assertThat(hub.getSpec()).isEqualTo("spec PT0S"));
    assertThat(converted(webhook, "ConversionsTest.Tabs.edit", context)).isSameAs(tree);
    assertThat(tree.has("edited")).isTrue();
    assertThat(converted(webhook, "ConversionsTest.MoreTabs.anew", context)).isNotSameAs(tree);
  }

  private static Object converted(
      WebhookRegistration webhook, String name, ConversionContext context) throws Exception {
    return webhook.conversions().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .converter()
        .convert(context);
  }

  @Test
  void classesOfAWebhookTogetherReachEveryVersion() {
    assertThatThrownBy(() -> WebhookRegistration.fromClasses(List.of(Tabs.class)))
        .hasMessageContaining("Tab.example.com: nothing converts v1beta1 to v1");
    assertThat(WebhookRegistration.partsFromClasses(List.of(Tabs.class)).get(0).conversions())
        .hasSize(3);
  }

  @Test
  void builtConversionsAreTheSame() throws Exception {
    WebhookRegistration webhook =
        WebhookRegistration.named("tabs.example.com")
            .converting(
                "up", ConversionTarget.between(Alpha.class, Hub.class), (old, context) -> new Hub())
            .converting(
                "down",
                ConversionTarget.ofTrees(KIND, "v1", "v1alpha1").loses("spec.zone"),
                (hub, context) -> hub)
            .build();

    ConversionDefinition down = webhook.conversions().get(1);
    assertThat(webhook.conversions().get(0).from()).isEqualTo("v1alpha1");
    assertThat(down.kind()).isEqualTo(new GroupKind("example.com", "Tab"));
    assertThat(down.loses()).containsExactly(FieldPath.parse("spec.zone"));
    assertThatThrownBy(
            () ->
                WebhookRegistration.named("tabs.example.com")
                    .converting(
                        "up",
                        ConversionTarget.ofTrees(KIND, "v1alpha1", "v1"),
                        (old, context) -> old)
                    .converting(
                        "odd", ConversionTarget.ofTrees(KIND, "v1", "v1"), (old, context) -> old)
                    .build())
        .hasMessage("webhook tabs.example.com: odd: converts v1 to itself; name two versions");
    assertThatThrownBy(
            () ->
                WebhookRegistration.named("tabs.example.com")
                    .converting(
                        "up",
                        ConversionTarget.ofTrees(KIND, "v1alpha1", "v1"),
                        (old, context) -> old)
                    .build())
        .hasMessageContaining("webhook tabs.example.com: Tab.example.com: nothing converts v1 to");
  }

  @Test
  void pathOfConversionsIsNoOtherOnes() {
    WebhookRegistration webhook =
        WebhookRegistration.fromClasses(List.of(Tabs.class, MoreTabs.class)).get(0);
    WebhookRegistration other =
        WebhookRegistration.named("other.example.com")
            .editing(
                "edit",
                RuleTarget.on(ObjectNode.class, Operation.CREATE).resource("pods"),
                (pod, context) -> {})
            .build()
            .withPath(Phase.MUTATING, "/convert/tabs.example.com");

    assertThatThrownBy(() -> WebhookRegistration.checkPaths(List.of(webhook, other)))
        .hasMessageContaining(
            "/convert/tabs.example.com is the mutatingPath of other.example.com and where"
                + " tabs.example.com converts; choose another for one of them");
  }

  @Test
  void shortestWayIsTaken() {
    var graph =
        new VersionGraph<>(
            List.of(
                new VersionGraph.Step<>("v1", "v2", "1>2"),
                new VersionGraph.Step<>("v2", "v3", "2>3"),
                new VersionGraph.Step<>("v3", "v1", "3>1"),
                new VersionGraph.Step<>("v1", "v3", "1>3")));

    assertThat(graph.problems()).isEmpty();
    assertThat(graph.versions()).containsExactly("v1", "v2", "v3");
    assertThat(graph.way("v1", "v3")).contains(List.of("1>3"));
    assertThat(graph.way("v2", "v1")).contains(List.of("2>3", "3>1"));
    assertThat(graph.way("v1", "v1")).contains(List.of());
    assertThat(graph.way("v1", "v4")).isEmpty();
  }
}
