package io.usher.apiserver.admission.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.admission.Write;
import io.usher.apiserver.api.GroupResource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Policies are compiled before a write comes that they are about. */
class BackgroundCompilationTest {

  private static final GroupResource POLICIES =
      new GroupResource(PolicySource.GROUP, "validatingadmissionpolicies");

  private final MapObjectStore store = new MapObjectStore();
  private final LinkedBlockingQueue<String> compiled = new LinkedBlockingQueue<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private String compile(JsonNode spec) {
    String text = spec.path("text").asText();
    if (text.equals("slow")) {
      begun.countDown();
      try {
        assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    compiled.add(text);
    return text;
  }

  private PolicySource<String> follow() {
    return PolicySource.following(store, "ValidatingAdmissionPolicy", this::compile);
  }

  private static ObjectNode policy(String name, String text) {
    return Write.node("{metadata: {name: " + name + "}, spec: {text: " + text + "}}");
  }

  private String next() throws InterruptedException {
    return compiled.poll(60, TimeUnit.SECONDS);
  }

  @Test
  void policiesThatComeAreCompiled() throws Exception {
    store.create(POLICIES, policy("a", "stored"));
    try (var source = follow()) {
      assertThat(next()).isEqualTo("stored");
      store.create(POLICIES, policy("b", "new"));
      assertThat(next()).isEqualTo("new");
      assertThat(source.isEmpty()).isTrue();
    }
  }

  @Test
  void policiesThatWentMeanwhileAreNot() throws Exception {
    try (var source = follow()) {
      store.create(POLICIES, policy("a", "slow"));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      store.create(POLICIES, policy("b", "gone"));
      store.delete(POLICIES, "", "b");
      store.create(POLICIES, policy("c", "last"));
      goOn.countDown();
      assertThat(List.of(next(), next())).containsExactly("slow", "last");
      assertThat(source.isEmpty()).isTrue();
    }
  }

  @Test
  void nothingIsCompiledForASourceThatIsClosed() throws Exception {
    var source = follow();
    store.create(POLICIES, policy("a", "slow"));
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    store.create(POLICIES, policy("b", "late"));
    source.close();
    try (var other = follow()) {
      store.create(POLICIES, policy("c", "other"));
      goOn.countDown();
      // What the second source compiles of the first one's policies comes once.
      assertThat(List.of(next(), next(), next(), next()))
          .containsExactly("slow", "slow", "late", "other");
      assertThat(other.isEmpty()).isTrue();
    }
  }

  @Test
  void writeNeedNotWaitForOthers() throws Exception {
    try (var source = follow()) {
      store.create(POLICIES, policy("a", "slow"));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      store.create(POLICIES, policy("b", "quick"));
      store.create(
          new GroupResource(PolicySource.GROUP, "validatingadmissionpolicybindings"),
          Write.node("{metadata: {name: b}, spec: {policyName: b}}"));
      var bound = source.about(List.of(new GroupResource("", "pods")));
      assertThat(bound).hasSize(1);
      assertThat(bound.get(0).policy().compiled()).isEqualTo("quick");
      goOn.countDown();
      assertThat(List.of(next(), next())).containsExactly("quick", "slow");
    }
  }
}
