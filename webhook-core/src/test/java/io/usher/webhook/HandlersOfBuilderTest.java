package io.usher.webhook;

import static io.usher.admission.Operation.CREATE;
import static io.usher.webhook.HandlerTarget.onDeleted;
import static io.usher.webhook.HandlerTarget.onUpdated;
import static io.usher.webhook.HandlerTarget.reconciling;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.Read;
import io.usher.rule.HandlerContext;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.HandlerDefinition.Write;
import io.usher.rule.LabelSelector;
import io.usher.rule.Outcome;
import io.usher.rule.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandlersOfBuilderTest {

  /** Of one object, or of none. */
  private record Given(@Nullable Object object) implements HandlerContext {

    @Override
    public String namespace() {
      return "default";
    }

    @Override
    public String name() {
      return "web";
    }

    @Override
    public <T> Optional<T> object(Class<T> type) {
      return Optional.ofNullable(type.cast(object));
    }

    @Override
    public <T> Optional<T> oldObject(Class<T> type) {
      return Optional.empty();
    }

    @Override
    public int failures() {
      return 0;
    }

    @Override
    public ClusterReader cluster() {
      throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public Duration remaining() {
      return Duration.ofSeconds(10);
    }
  }

  private static WebhookBuilder webhook() {
    return WebhookRegistration.named("put-right.example.com");
  }

  private static HandlerDefinition handler(WebhookBuilder builder) {
    List<HandlerDefinition> handlers = builder.build().handlers();
    assertThat(handlers).hasSize(1);
    return handlers.get(0);
  }

  @Test
  void aTargetSaysWhatTheAnnotationsSay() {
    HandlerDefinition handler =
        handler(
            webhook()
                .reads(ReadTarget.of(Secret.class))
                .handling(
                    "note",
                    onUpdated(Pod.class)
                        .namespaces("team-*")
                        .names("web-*")
                        .labels("app=web")
                        .timeoutSeconds(60)
                        .writesEvents(),
                    (pod, context) -> Outcome.event("Seen", "it has changed")));

    assertThat(handler.name()).isEqualTo("note");
    assertThat(handler.trigger()).isEqualTo(Trigger.UPDATED);
    assertThat(handler.object().resource()).isEqualTo(new GroupVersionResource("", "v1", "pods"));
    assertThat(handler.namespaces()).containsExactly("team-*");
    assertThat(handler.names()).containsExactly("web-*");
    assertThat(handler.labels()).isEqualTo(LabelSelector.parse("app=web"));
    assertThat(handler.budget()).isEqualTo(Duration.ofSeconds(60));
    assertThat(handler.writes()).containsExactly(Write.EVENT);
    assertThat(handler.reads())
        .extracting(read -> read.resource().resource())
        .containsExactly("secrets", "pods");
  }

  @Test
  void whatIsDeclaredOfItsOwnObjectsHolds() {
    HandlerDefinition handler =
        handler(
            webhook()
                .reads(ReadTarget.of(Pod.class).fields("metadata.labels"))
                .handling("look", reconciling(Pod.class), (pod, context) -> Outcome.done()));

    assertThat(handler.reads()).containsExactly(handler.object());
    assertThat(handler.object().fields()).hasSize(1);
  }

  @Test
  void aResourceWithoutATypeIsNamed() {
    HandlerDefinition handler =
        handler(
            webhook()
                .handling(
                    "look",
                    reconciling(ObjectNode.class).resource("crontabs.v1.stable.example.com"),
                    (tree, context) -> Outcome.done()));

    Read object = handler.object();
    assertThat(object.type()).isEqualTo(GenericKubernetesResource.class);
    assertThat(object.resource())
        .isEqualTo(new GroupVersionResource("stable.example.com", "v1", "crontabs"));
  }

  @Test
  void anObjectThatIsGoneIsNoCallUnlessTheHandlerAsks() throws Exception {
    var map = new ConfigMap();
    HandlerDefinition typed =
        handler(
            webhook()
                .handling(
                    "typed",
                    reconciling(ConfigMap.class).patches(),
                    (object, context) -> Outcome.desired(object)));
    HandlerDefinition asking =
        handler(
            webhook()
                .handling(
                    "asking",
                    reconciling(ConfigMap.class),
                    context ->
                        context.object(ConfigMap.class).isPresent()
                            ? Outcome.done()
                            : Outcome.again(Duration.ofMinutes(1))));

    assertThat(typed.handler().handle(new Given(map))).isEqualTo(Outcome.desired(map));
    assertThat(typed.handler().handle(new Given(null))).isEqualTo(Outcome.done());
    assertThat(asking.handler().handle(new Given(null)))
        .isEqualTo(Outcome.again(Duration.ofMinutes(1)));
  }

  @Test
  void aHandlerDoesNoMoreThanItsTargetSays() {
    HandlerDefinition handler =
        handler(
            webhook()
                .handling(
                    "look",
                    reconciling(ConfigMap.class).patches(),
                    (map, context) ->
                        Outcome.desired(map).and(Outcome.event("Seen", "it is here"))));

    assertThatThrownBy(() -> handler.handler().handle(new Given(new ConfigMap())))
        .hasMessage(
            "handler look returned an Event, which its target does not say; add .writesEvents()");
  }

  @Test
  void everyMisuseIsTold() {
    var builder =
        webhook()
            .editing("look", on(Pod.class, CREATE), (pod, context) -> {})
            .handling("look", reconciling(Pod.class), (pod, context) -> Outcome.done())
            .handling(
                "gone",
                onDeleted(Pod.class).patches().timeoutSeconds(601),
                (pod, context) -> Outcome.done())
            .handling("text", reconciling(String.class), (text, context) -> Outcome.done())
            .handling("any", reconciling(ObjectNode.class), (tree, context) -> Outcome.done());

    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessageContainingAll(
            "two rules are named \"look\"; give each a name of its own",
            "gone: is for objects that are gone; leave .patches() out",
            "gone: timeoutSeconds = 601 is not from 1 to 600; write one of those",
            "text: java.lang.String is no resource; take a fabric8 model such as Pod",
            "any: ObjectNode fits every resource; name the one meant");
  }
}
