package io.usher.engine.chain;

import static io.usher.engine.chain.Requests.POD;
import static io.usher.engine.chain.Requests.PODS;
import static io.usher.engine.chain.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.cluster.StaleViewException;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.RuleFailedException;
import io.usher.engine.Ticker;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Decision;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.Rule;
import io.usher.rule.RuleDefinition;
import io.usher.view.Snapshot;
import io.usher.view.ViewSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallClusterTest {

  private static final Read NAMESPACES = read(Namespace.class, "", "namespaces");
  private static final Read MAPS = read(ConfigMap.class, "", "configmaps");
  private static final Read TABS =
      read(GenericKubernetesResource.class, "tabs.v1.example.com", "tabs");

  private final List<Read> asked = new ArrayList<>();

  /** Each view is a second older than the one before. */
  private final ClusterViews views =
      read -> {
        asked.add(read);
        return Snapshot.empty(ViewSpec.of(List.of(read)).get(0))
            .lister(read, Duration.ofSeconds(asked.size()));
      };

  private static Read read(Class<?> type, String name, String plural) {
    return new Read(
        type, name, new GroupVersionResource("", "v1", plural), List.of(), List.of(), OnStale.FAIL);
  }

  private static RuleDefinition reading(String name, Rule rule) {
    return new RuleDefinition(
        name,
        Phase.MUTATING,
        0,
        name,
        PODS,
        OnFailure.FAIL_CALL,
        null,
        true,
        false,
        List.of(NAMESPACES, MAPS, TABS),
        List.of(),
        rule);
  }

  private static Evaluation<AdmissionResponse> evaluation(
      ClusterViews views, RuleDefinition... rules) {
    return new RuleChain(
            "w", Phase.MUTATING, List.of(rules), GivenUpRules.NONE, views, Ticker.SYSTEM)
        .evaluate(
            create(POD), Chains.REVIEW, Deadline.after(Duration.ofMinutes(1)), ReviewObserver.NONE);
  }

  @Test
  void oneCallSeesOneMomentOfAView() {
    var seen = new ArrayList<Object>();
    Rule rule =
        context -> {
          seen.add(context.cluster().lister(Namespace.class));
          seen.add(context.cluster().lister(Namespace.class));
          return Decision.allow();
        };
    Evaluation<AdmissionResponse> evaluation =
        evaluation(views, reading("one", rule), reading("two", rule));
    evaluation.run();

    assertThat(seen.get(1)).isSameAs(seen.get(0));
    assertThat(seen.get(3)).isSameAs(seen.get(2)).isNotSameAs(seen.get(0));
    assertThat(asked).containsExactly(NAMESPACES, NAMESPACES);
  }

  @Test
  void theReviewTellsTheOldestViewThatARuleSaw() {
    Evaluation<AdmissionResponse> evaluation =
        evaluation(
            views,
            reading(
                "one",
                context -> {
                  context.cluster().lister(ConfigMap.class);
                  context.cluster().lister("tabs.v1.example.com");
                  return Decision.allow();
                }));
    assertThat(evaluation.viewAge()).isNull();
    evaluation.run();

    assertThat(evaluation.viewAge()).isEqualTo(Duration.ofSeconds(2));
    assertThat(asked).containsExactly(MAPS, TABS);
  }

  @Test
  void aReviewWhoseRulesReadNothingTellsNoAge() {
    Evaluation<AdmissionResponse> evaluation =
        evaluation(views, reading("one", context -> Decision.allow()));
    evaluation.run();

    assertThat(evaluation.viewAge()).isNull();
    assertThat(asked).isEmpty();
  }

  @Test
  void aViewThatIsTooOldFailsTheRule() {
    ClusterViews old =
        read -> {
          throw new StaleViewException("too old");
        };
    Evaluation<AdmissionResponse> evaluation =
        evaluation(
            old,
            reading(
                "one",
                context -> {
                  context.cluster().lister(ConfigMap.class);
                  return Decision.allow();
                }));

    assertThatThrownBy(evaluation::run)
        .isInstanceOf(RuleFailedException.class)
        .hasMessage("rule one failed")
        .hasRootCauseMessage("too old");
  }

  @Test
  void whatIsNotDeclaredCantBeRead() {
    Evaluation<AdmissionResponse> evaluation =
        evaluation(
            views,
            reading(
                "one",
                context -> {
                  context.cluster().lister("pods");
                  return Decision.allow();
                }));

    assertThatThrownBy(evaluation::run)
        .hasRootCauseMessage(
            "rule one reads \"pods\", of which its class declares no read; declared are: Namespace,"
                + " ConfigMap, tabs.v1.example.com");
  }
}
