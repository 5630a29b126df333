package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a namespace that is not empty is looked at. */
class NamespaceControllerTest {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(config -> config.controllers(false).defaultRoles(false));
  private final ObjectStore objects = server.server().objects();
  private final List<Integer> delays = new ArrayList<>();
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private final NamespaceController controller =
      new NamespaceController(
          objects,
          server.server().resources(),
          "a CA",
          Clock.systemUTC(),
          new Work() {
            @Override
            public void now(Runnable step) {
              step.run();
            }

            @Override
            public void after(int millis, Runnable step) {
              delays.add(millis);
              later.add(step);
            }
          });

  @AfterEach
  void close() {
    server.close();
  }

  private static ObjectNode object(String namespace, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("namespace", namespace).put("name", name);
    return object;
  }

  /** A namespace in deletion, with an object that a finalizer holds. */
  private void createStuck(GroupResource resource) {
    ObjectNode namespace = object("", "n");
    namespace.putObject("spec").putArray("finalizers").add("kubernetes");
    objects.create(NAMESPACES, namespace);
    ObjectNode held = object("n", "held");
    held.withObject("/metadata").putArray("finalizers").add("example.com/x");
    objects.create(resource, held);
    objects.delete(NAMESPACES, "", "n");
  }

  private void changed() {
    controller.changed(
        NAMESPACES, new ObjectEvent(ObjectEvent.Type.MODIFIED, objects.get(NAMESPACES, "", "n")));
  }

  @Test
  void isLookedAtLessAndLessOften() {
    createStuck(new GroupResource("", "configmaps"));
    changed();
    changed();
    assertThat(later).hasSize(1);
    for (int i = 0; i < 8; i++) {
      later.remove().run();
      assertThat(later).hasSize(1);
      changed();
    }
    assertThat(delays).containsExactly(200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000);
  }

  /** Events are of two groups, and told of in one. */
  @ParameterizedTest
  @ValueSource(strings = {"configmaps", "events"})
  void goesWithTheLastOfItsObjects(String plural) {
    var resource = new GroupResource("", plural);
    createStuck(resource);
    changed();
    ObjectNode held = objects.get(resource, "n", "held");
    held.withObject("/metadata").remove("finalizers");
    objects.update(resource, held);
    controller.changed(resource, new ObjectEvent(ObjectEvent.Type.DELETED, held));
    assertThat(objects.get(NAMESPACES, "", "n")).isNull();
    later.remove().run();
    assertThat(later).isEmpty();
  }
}
