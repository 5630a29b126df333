package io.usher.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.Lister;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReader;
import io.usher.cluster.Read;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallLiveTest {

  private static final Deadline DEADLINE = Deadline.after(Duration.ofMinutes(1));

  private final Map<String, String> answers = new HashMap<>();
  private final List<Deadline> deadlines = new ArrayList<>();

  private final LiveReader live =
      new CallLive(
          "Rules.rule",
          List.of(
              read(Secret.class, "", "secrets", "", true),
              read(Namespace.class, "", "namespaces", "", false),
              read(GenericKubernetesResource.class, "tabs.v1.example.com", "tabs", "", true),
              read(GenericKubernetesResource.class, "nodes/proxy", "nodes", "proxy", false),
              read(GenericKubernetesResource.class, "pods/proxy", "pods", "proxy", false),
              read(GenericKubernetesResource.class, "services/proxy", "services", "proxy", false)),
          new ClusterViews() {
            @Override
            public Lister<?> now(Read read) {
              return NONE.now(read);
            }

            @Override
            public byte @Nullable [] answer(LiveQuestion question, Deadline deadline) {
              deadlines.add(deadline);
              String answer = answers.get(question.path());
              return answer == null ? null : answer.getBytes(StandardCharsets.UTF_8);
            }
          },
          DEADLINE);

  private static LiveRead read(
      Class<?> type, String name, String plural, String subresource, boolean list) {
    return new LiveRead(
        type, name, new GroupVersionResource("", "v1", plural), subresource, list, Duration.ZERO);
  }

  @Test
  void anObjectIsDecodedAndAbsentWhenThereIsNone() {
    answers.put(
        "api/v1/namespaces/shop/secrets/key",
        "{\"metadata\": {\"name\": \"key\"}, \"type\": \"Opaque\"}");

    assertThat(live.get(Secret.class, "shop", "key"))
        .hasValueSatisfying(secret -> assertThat(secret.getType()).isEqualTo("Opaque"));
    assertThat(live.get(Secret.class, "shop", "none")).isEmpty();
    assertThat(live.get(Namespace.class, "shop")).isEmpty();
    assertThat(deadlines).containsOnly(DEADLINE);
  }

  @Test
  void theObjectsOfAListTellTheirKind() {
    answers.put(
        "api/v1/tabs?labelSelector=app%3Dweb",
        """
        {"apiVersion": "example.com/v1", "kind": "TabList",
         "items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]}
        """);

    assertThat(live.list("tabs.v1.example.com", "", "app=web"))
        .extracting(
            tab -> tab.getApiVersion() + " " + tab.getKind() + " " + tab.getMetadata().getName())
        .containsExactly("example.com/v1 Tab a", "example.com/v1 Tab b");
    assertThat(live.list(Secret.class, "shop", "")).isEmpty();
  }

  @Test
  void proxiesAnswerText() {
    answers.put("api/v1/nodes/node-1/proxy/healthz", "ok");
    answers.put("api/v1/namespaces/shop/pods/web:80/proxy/", "page");
    answers.put("api/v1/namespaces/shop/services/web/proxy/metrics", "up 1");

    assertThat(live.nodeProxy("node-1", "healthz")).isEqualTo("ok");
    assertThat(live.podProxy("shop", "web:80", "")).isEqualTo("page");
    assertThat(live.serviceProxy("shop", "web", "metrics")).isEqualTo("up 1");
  }

  @Test
  void whatIsNotDeclaredIsNotAsked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> live.get("pods", "shop", "web"))
        .withMessage(
            "rule Rules.rule reads \"pods\" live, of which its class declares no @ReadsLive;"
                + " declared are: Secret, Namespace, tabs.v1.example.com, nodes/proxy, pods/proxy,"
                + " services/proxy");
    assertThatIllegalArgumentException().isThrownBy(() -> live.get("nodes/proxy", "", "node-1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> live.list(Namespace.class, "", ""))
        .withMessage(
            "rule Rules.rule lists namespaces, which its class declares to get alone; add list ="
                + " true");
    assertThat(deadlines).isEmpty();
  }

  @Test
  void aTypeTellsWhereItsObjectsLive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> live.get(Secret.class, "key"))
        .withMessage(
            "rule Rules.rule reads a Secret without a namespace, but they live in namespaces");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> live.get(Namespace.class, "shop", "shop"));
    assertThat(deadlines).isEmpty();
  }
}
