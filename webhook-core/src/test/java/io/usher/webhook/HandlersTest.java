package io.usher.webhook;

import static io.usher.admission.Operation.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.FieldPath;
import io.usher.cluster.Lister;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.rule.HandlerContext;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.HandlerDefinition.Write;
import io.usher.rule.LabelSelector;
import io.usher.rule.Mutating;
import io.usher.rule.OldObject;
import io.usher.rule.OnAdded;
import io.usher.rule.OnDeleted;
import io.usher.rule.OnUpdated;
import io.usher.rule.Outcome;
import io.usher.rule.Phase;
import io.usher.rule.Reads;
import io.usher.rule.Reconciling;
import io.usher.rule.Trigger;
import io.usher.rule.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandlersTest {

  private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
  private static final Read ALL_OF_PODS =
      new Read(Pod.class, "", PODS, List.of(), List.of(), OnStale.FAIL);
  private static final Read NAMES_OF_NAMESPACES =
      new Read(
          Namespace.class,
          "",
          new GroupVersionResource("", "v1", "namespaces"),
          List.of(),
          List.of(FieldPath.parse("metadata.labels")),
          OnStale.FAIL);

  @Reads(value = Namespace.class, fields = "metadata.labels")
  @Webhook(name = "both.example.com")
  static final class Both {

    private final Lister<Namespace> namespaces;

    Both(Lister<Namespace> namespaces) {
      this.namespaces = namespaces;
    }

    @Mutating(operations = CREATE)
    void rule(Pod pod) {}

    @OnAdded(namespaces = "team-*", names = "web", labels = "app=web", timeoutSeconds = 3)
    Pod added(Pod pod, HandlerContext context) {
      pod.getMetadata().setNamespace(context.namespace() + namespaces.list().size());
      return pod;
    }

    @OnUpdated(resource = "configmaps")
    Outcome updated(@OldObject ConfigMap old, ObjectNode map) {
      return Outcome.event("Changed", old.getKind() + " " + map.size());
    }

    @OnDeleted
    void deleted(Namespace namespace) {}

    @Reconciling(Pod.class)
    Outcome.Again reconcile(Optional<Pod> pod, Lister<Pod> pods, ClusterReader all) {
      return Outcome.again(
          Duration.ofSeconds(
              pod.isPresent() ? pods.list().size() : all.lister(Pod.class).list().size() + 10));
    }
  }

  private final HandlerContext context = mock();
  private final Lister<Pod> pods = mock();

  @BeforeEach
  void fill() {
    ClusterReader cluster = mock();
    Lister<Namespace> namespaces = mock();
    when(context.cluster()).thenReturn(cluster);
    when(context.namespace()).thenReturn("team-");
    when(cluster.lister(Pod.class)).thenReturn(pods);
    when(cluster.lister(Namespace.class)).thenReturn(namespaces);
    when(pods.list()).thenReturn(List.of(new Pod(), new Pod()));
    when(namespaces.list()).thenReturn(List.of(new Namespace()));
  }

  private static WebhookRegistration registration(Class<?> type) {
    return WebhookRegistration.fromClasses(List.of(type)).get(0);
  }

  private static HandlerDefinition handler(Class<?> type, String name) {
    return registration(type).handlers().stream()
        .filter(each -> each.name().endsWith("." + name))
        .findFirst()
        .orElseThrow();
  }

  private void object(@Nullable Object object) {
    when(context.object(Pod.class)).thenReturn(Optional.ofNullable((Pod) object));
  }

  @Test
  void annotationsTellWhatAHandlerIsFor() {
    HandlerDefinition added = handler(Both.class, "added");

    assertThat(added)
        .isEqualTo(
            new HandlerDefinition(
                "HandlersTest.Both.added",
                Trigger.ADDED,
                ALL_OF_PODS,
                List.of("team-*"),
                List.of("web"),
                LabelSelector.parse("app=web"),
                Duration.ofSeconds(3),
                Set.of(Write.PATCH),
                List.of(NAMES_OF_NAMESPACES, ALL_OF_PODS),
                List.of(),
                added.handler()));
    assertThat(handler(Both.class, "updated").trigger()).isEqualTo(Trigger.UPDATED);
    assertThat(handler(Both.class, "updated").object().type()).isEqualTo(ConfigMap.class);
    assertThat(handler(Both.class, "deleted").trigger()).isEqualTo(Trigger.DELETED);
    assertThat(handler(Both.class, "reconcile").trigger()).isEqualTo(Trigger.CHANGED);
  }

  @Test
  void aHandlersObjectsAreReadAsItsClassDeclares() {
    assertThat(handler(Both.class, "deleted").object()).isEqualTo(NAMES_OF_NAMESPACES);
    assertThat(handler(Both.class, "deleted").reads()).containsExactly(NAMES_OF_NAMESPACES);
  }

  @Test
  void whatAlsoAServerReadsIsNotWhatItsHandlersRead() {
    WebhookRegistration both = registration(Both.class);

    assertThat(both.reads()).containsExactly(NAMES_OF_NAMESPACES);
    assertThat(both.handlerReads())
        .extracting(read -> read.resource().resource())
        .containsExactlyInAnyOrder("namespaces", "pods", "configmaps");
  }

  @Test
  void returnTypesTellWhatAHandlerMayWrite() {
    assertThat(handler(Both.class, "added").writes()).containsExactly(Write.PATCH);
    assertThat(handler(Both.class, "updated").writes())
        .containsExactlyInAnyOrder(Write.PATCH, Write.EVENT);
    assertThat(handler(Both.class, "deleted").writes()).isEmpty();
    assertThat(handler(Both.class, "reconcile").writes()).isEmpty();
  }

  @Test
  void aReturnedObjectIsTheDesiredOne() throws Exception {
    object(new PodBuilder().withNewMetadata().endMetadata().build());

    Outcome outcome = handler(Both.class, "added").handler().handle(context);

    assertThat(outcome)
        .isEqualTo(
            Outcome.desired(
                new PodBuilder().withNewMetadata().withNamespace("team-1").endMetadata().build()));
  }

  @Test
  void anOptionalIsEmptyForWhatIsGoneAndAnObjectIsNotCalledFor() throws Exception {
    object(null);

    assertThat(handler(Both.class, "reconcile").handler().handle(context))
        .isEqualTo(Outcome.again(Duration.ofSeconds(12)));
    assertThat(handler(Both.class, "added").handler().handle(context)).isEqualTo(Outcome.done());

    object(new Pod());
    assertThat(handler(Both.class, "reconcile").handler().handle(context))
        .isEqualTo(Outcome.again(Duration.ofSeconds(2)));
  }

  @Test
  void anUpdateHasTheOldObjectAndTheNewOne() throws Exception {
    var map = new ObjectNode(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance);
    when(context.oldObject(ConfigMap.class)).thenReturn(Optional.of(new ConfigMap()));
    when(context.object(ObjectNode.class)).thenReturn(Optional.of(map.put("kind", "ConfigMap")));

    assertThat(handler(Both.class, "updated").handler().handle(context))
        .isEqualTo(Outcome.event("Changed", "ConfigMap 1"));
  }

  @Webhook(name = "handlers.example.com")
  static final class HandlersAlone {
    @Reconciling(resource = "crontabs.v1.stable.example.com")
    @Nullable Outcome nothing(GenericKubernetesResource tab) {
      return null;
    }
  }

  @Test
  void aClassMayHaveHandlersAlone() {
    WebhookRegistration registration = registration(HandlersAlone.class);

    assertThat(registration.has(Phase.MUTATING) || registration.has(Phase.VALIDATING)).isFalse();
    assertThat(registration.reads()).isEmpty();
    assertThat(registration.handlers()).hasSize(1);
  }

  @Test
  void nullIsNoOutcome() {
    when(context.object(GenericKubernetesResource.class))
        .thenReturn(Optional.of(new GenericKubernetesResource()));

    assertThatThrownBy(() -> handler(HandlersAlone.class, "nothing").handler().handle(context))
        .hasMessage(
            "handler HandlersTest.HandlersAlone.nothing returned null; return Outcome.done()");
  }
}
