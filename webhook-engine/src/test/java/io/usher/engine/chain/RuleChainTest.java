package io.usher.engine.chain;

import static io.usher.engine.chain.Chains.allow;
import static io.usher.engine.chain.Chains.chain;
import static io.usher.engine.chain.Chains.evaluate;
import static io.usher.engine.chain.Chains.failing;
import static io.usher.engine.chain.Chains.label;
import static io.usher.engine.chain.Chains.patch;
import static io.usher.engine.chain.Chains.run;
import static io.usher.engine.chain.Requests.POD;
import static io.usher.engine.chain.Requests.create;
import static io.usher.engine.chain.Requests.json;
import static io.usher.engine.chain.Requests.mutating;
import static io.usher.engine.chain.Requests.request;
import static io.usher.engine.chain.Requests.validating;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.Operation;
import io.usher.engine.RuleFailedException;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Decision;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.Rule;
import io.usher.rule.RuleDefinition;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleChainTest {

  @Test
  void laterRuleSeesEarlierPatch() {
    var response =
        run(
            mutating(
                "second",
                2,
                c ->
                    label(
                        c,
                        "seen",
                        c.object(ObjectNode.class).at("/metadata/labels/first").asText())),
            mutating("first", 1, c -> label(c, "first", "1")));

    assertThat(patch(response))
        .isEqualTo(
            "[{'op':'add','path':'/metadata/labels/first','value':'1'},"
                + "{'op':'add','path':'/metadata/labels/seen','value':'1'}]");
  }

  @Test
  void tiesAreOrderedByTheirNames() {
    var chain =
        chain(mutating("b", 1, allow()), mutating("a", 1, allow()), mutating("z", 0, allow()));

    assertThat(chain.rules()).extracting(RuleDefinition::name).containsExactly("z", "a", "b");
  }

  @Test
  void nothingChangedIsNoPatch() {
    var response =
        run(
            mutating(
                "looks",
                1,
                c -> {
                  c.object(ObjectNode.class).at("/spec/containers/0/name");
                  return Decision.allow();
                }),
            mutating(
                "typed",
                2,
                c -> {
                  c.object(Pod.class).getSpec();
                  return Decision.allow();
                }),
            mutating("nothing", 3, allow()));

    assertThat(response.allowed()).isTrue();
    assertThat(response.patch()).isEmpty();
  }

  @Test
  void observerLearnsWhichRuleChangedTheObject() {
    var changes = new ArrayList<String>();
    var observer =
        new ReviewObserver.Some() {
          @Override
          public void objectChanged(
              ReviewIdentity review, String rule, ObjectNode before, ObjectNode after) {
            changes.add(
                rule + " " + before.at("/metadata/labels") + " " + after.at("/metadata/labels"));
          }
        };

    evaluate(
        Phase.MUTATING,
        create(POD),
        observer,
        mutating("first", 1, c -> label(c, "first", "1")),
        mutating(
            "looks",
            2,
            c -> {
              c.object(Pod.class).getSpec();
              return Decision.allow();
            }),
        mutating("third", 3, c -> label(c, "first", "3")));

    assertThat(changes)
        .containsExactly(
            "first {\"app\":\"web\"} {\"app\":\"web\",\"first\":\"1\"}",
            "third {\"app\":\"web\",\"first\":\"1\"} {\"app\":\"web\",\"first\":\"3\"}");
  }

  @Test
  void typedEditKeepsWhatTheTypeDoesNotKnow() {
    var response =
        run(
            mutating(
                "sidecar",
                1,
                c -> {
                  var pod = c.object(Pod.class);
                  pod.getSpec()
                      .getContainers()
                      .add(0, new ContainerBuilder().withName("proxy").build());
                  return Decision.allow();
                }));

    assertThat(patch(response))
        .isEqualTo("[{'op':'add','path':'/spec/containers/0','value':{'name':'proxy'}}]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}",
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":null}"
      })
  void typedViewHasMetadataWhateverWasSent(String object) {
    var looks =
        mutating(
            "looks",
            1,
            c -> {
              c.object(Pod.class).getMetadata().getName();
              return Decision.allow();
            });
    var labels =
        mutating(
            "labels",
            2,
            c -> {
              c.object(Pod.class).getMetadata().getLabels().put("team", "red");
              return Decision.allow();
            });

    var labelled = evaluate(Phase.MUTATING, create(object), labels);
    assertThat(labelled.patch().orElseThrow().apply(json(object)))
        .isEqualTo(
            json(
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"team":"red"}}}"""));
    assertThat(evaluate(Phase.MUTATING, create(object), looks).patch()).isEmpty();
  }

  @Test
  void typedThenTreeThenTypedSeeOneAnother() {
    var seen = new ArrayList<String>();
    run(
        mutating(
            "typed",
            1,
            c -> {
              c.object(Pod.class).getMetadata().getLabels().put("one", "1");
              return Decision.allow();
            }),
        mutating(
            "tree",
            2,
            c -> {
              seen.add(c.object(ObjectNode.class).at("/metadata/labels").toString());
              return label(c, "two", "2");
            }),
        mutating(
            "generic",
            3,
            c -> {
              seen.add(
                  c.object(GenericKubernetesResource.class).getMetadata().getLabels().toString());
              return Decision.allow();
            }),
        mutating(
            "typedAgain",
            4,
            c -> {
              seen.add(c.object(Pod.class).getMetadata().getLabels().toString());
              return Decision.allow();
            }));

    assertThat(seen)
        .containsExactly(
            "{\"app\":\"web\",\"one\":\"1\"}",
            "{app=web, one=1, two=2}",
            "{app=web, one=1, two=2}");
  }

  @Test
  void typedViewIsDecodedAgainOnlyWhenTheTreeChanged() {
    var views = new ArrayList<Pod>();
    Rule looks =
        c -> {
          views.add(c.object(Pod.class));
          return Decision.allow();
        };
    run(
        mutating("a", 1, OnFailure.FAIL_CALL, Pod.class, looks),
        mutating("b", 2, OnFailure.FAIL_CALL, Pod.class, looks),
        mutating(
            "c",
            3,
            OnFailure.FAIL_CALL,
            Pod.class,
            c -> {
              c.object(Pod.class).getMetadata().getLabels().put("x", "y");
              return Decision.allow();
            }),
        mutating("d", 4, OnFailure.FAIL_CALL, Pod.class, looks));

    assertThat(views.get(1)).isSameAs(views.get(0));
    assertThat(views.get(2)).isNotSameAs(views.get(0));
  }

  @Test
  void validatorCannotChangeWhatTheNextOneSees() {
    var names = new ArrayList<String>();
    Rule renames =
        c -> {
          names.add(c.object(Pod.class).getMetadata().getName());
          c.object(Pod.class).getMetadata().setName("changed");
          return Decision.allow();
        };
    var response =
        evaluate(
            Phase.VALIDATING,
            create(POD),
            validating("a", Pod.class, renames),
            validating("b", Pod.class, renames),
            validating(
                "c",
                ObjectNode.class,
                c -> {
                  names.add(c.object(ObjectNode.class).at("/metadata/name").asText());
                  c.object(ObjectNode.class).removeAll();
                  return Decision.allow();
                }),
            validating(
                "d",
                ObjectNode.class,
                c -> {
                  names.add(c.object(ObjectNode.class).at("/metadata/name").asText());
                  return Decision.allow();
                }));

    assertThat(names).containsExactly("web", "web", "web", "web");
    assertThat(response.patch()).isEmpty();
  }

  @Test
  void validatorsShareAViewThatTheyLeaveAlone() {
    var views = new ArrayList<Pod>();
    Rule looks =
        c -> {
          views.add(c.object(Pod.class));
          return Decision.allow();
        };
    evaluate(
        Phase.VALIDATING,
        create(POD),
        validating("a", Pod.class, looks),
        validating("b", Pod.class, looks));

    assertThat(views.get(1)).isSameAs(views.get(0));
  }

  @Test
  void firstDenialEndsTheChain() {
    var ran = new ArrayList<String>();
    var response =
        run(
            mutating("edits", 1, c -> label(c, "x", "y")),
            mutating(
                "denies",
                2,
                c -> {
                  c.warn("think again");
                  return Decision.deny("no").code(409).reason("Conflict").retryAfterSeconds(7);
                }),
            mutating(
                "later",
                3,
                c -> {
                  ran.add("later");
                  return Decision.allow();
                }));

    assertThat(response.allowed()).isFalse();
    assertThat(response.status().get().code()).isEqualTo(409);
    assertThat(response.status().get().retryAfterSeconds()).isEqualTo(7);
    assertThat(response.patch()).isEmpty();
    assertThat(response.warnings()).containsExactly("think again");
    assertThat(ran).isEmpty();
  }

  @Test
  void halfAnEditThenThrowIsNoEdit() {
    Rule throwsHalfWay =
        c -> {
          c.object(Pod.class).getMetadata().getLabels().put("half", "1");
          c.warn("half");
          c.audit("half", "1");
          throw new IllegalStateException("boom");
        };
    var failures = new ArrayList<String>();
    var response =
        evaluate(
            Phase.MUTATING,
            create(POD),
            failing(failures),
            mutating("half", 1, OnFailure.SKIP_RULE, Pod.class, throwsHalfWay),
            mutating(
                "whole",
                2,
                OnFailure.FAIL_CALL,
                Pod.class,
                c -> {
                  c.object(Pod.class).getMetadata().getLabels().put("whole", "1");
                  return Decision.allow();
                }));

    assertThat(patch(response))
        .isEqualTo("[{'op':'add','path':'/metadata/labels/whole','value':'1'}]");
    assertThat(response.warnings()).containsExactly("rule half failed and was skipped");
    assertThat(response.auditAnnotations()).isEmpty();
    assertThat(failures).containsExactly("half skipped: java.lang.IllegalStateException: boom");
  }

  @Test
  void failingRuleFailsTheCall() {
    assertThatThrownBy(
            () ->
                run(
                    mutating(
                        "boom",
                        1,
                        c -> {
                          throw new java.io.IOException("secret");
                        })))
        .isInstanceOf(RuleFailedException.class)
        .hasMessage("rule boom failed")
        .hasRootCauseMessage("secret");
  }

  @Test
  void stackOverflowFailsItsRuleAlone() {
    var response =
        run(
            mutating("deep", 1, OnFailure.SKIP_RULE, null, c -> deeper(0)),
            mutating("next", 2, c -> label(c, "x", "y")));

    assertThat(response.patch()).isPresent();
    assertThat(response.warnings()).containsExactly("rule deep failed and was skipped");
  }

  @Test
  void deleteShowsTheOldObjectAndTakesNoEdits() {
    var response =
        evaluate(
            Phase.MUTATING,
            request(Operation.DELETE, null, json(POD)),
            mutating(
                "delete",
                1,
                c -> {
                  assertThat(c.object(Pod.class).getMetadata().getName()).isEqualTo("web");
                  assertThat(c.oldObject(Pod.class).getMetadata().getName()).isEqualTo("web");
                  c.object(Pod.class).getMetadata().setName("x");
                  return Decision.allow();
                }));

    assertThat(response.allowed()).isTrue();
    assertThat(response.patch()).isEmpty();
  }

  @Test
  void requestGivenToARuleStaysAsItCame() {
    var request = create(POD);
    run(
        mutating(
            "edits",
            1,
            c -> {
              c.request().object().removeAll();
              assertThat(c.request().object().path("kind").asText()).isEqualTo("Pod");
              return Decision.allow();
            }));
    assertThat(request.object()).isEqualTo(json(POD));
  }

  @Test
  void auditKeysAreCheckedWhenGiven() {
    var response =
        run(
            mutating(
                "audit",
                1,
                c -> {
                  c.audit("team.name", "x");
                  return Decision.allow();
                }));
    assertThat(response.auditAnnotations()).containsEntry("team.name", "x");
    assertThatThrownBy(
            () ->
                run(
                    mutating(
                        "slash",
                        1,
                        c -> {
                          c.audit("example.com/team", "x");
                          return Decision.allow();
                        })))
        .rootCause()
        .hasMessageContaining("\"example.com/team\"");
  }

  private static Decision deeper(int depth) {
    return depth < 0 ? Decision.allow() : deeper(depth + 1);
  }
}
