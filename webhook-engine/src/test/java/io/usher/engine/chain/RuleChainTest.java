package io.usher.engine.chain;

import static io.usher.engine.chain.Requests.POD;
import static io.usher.engine.chain.Requests.create;
import static io.usher.engine.chain.Requests.json;
import static io.usher.engine.chain.Requests.mutating;
import static io.usher.engine.chain.Requests.request;
import static io.usher.engine.chain.Requests.validating;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.Operation;
import io.usher.engine.Circuit;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.RuleFailedException;
import io.usher.observe.Caller;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.LabelSelector;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RuleChainTest {

  private static final ReviewIdentity REVIEW =
      new ReviewIdentity(1, new Endpoint("admission", "w", Phase.MUTATING), Caller.ANYONE);

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
        new RuleChain(
            "w",
            Phase.MUTATING,
            List.of(
                mutating("b", 1, allow()), mutating("a", 1, allow()), mutating("z", 0, allow())));

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
  void resultThatComesTooLateIsNone() {
    var chain =
        new RuleChain(
            "w",
            Phase.MUTATING,
            List.of(
                mutating(
                    "slow",
                    1,
                    c -> {
                      label(c, "x", "y");
                      while (!c.remaining().isZero()) {
                        Thread.onSpinWait();
                      }
                      return Decision.allow();
                    })));

    assertThatThrownBy(
            () ->
                chain
                    .evaluate(
                        create(POD),
                        REVIEW,
                        Deadline.after(Duration.ofMillis(20)),
                        ReviewObserver.NONE)
                    .run())
        .isInstanceOfSatisfying(
            RuleFailedException.class, e -> assertThat(e.deadlinePassed()).isTrue())
        .hasMessage("context deadline exceeded in rule slow");
  }

  @Test
  void ruleThatHangsIsGivenUpAndTheChainGoesOnBehindIt() throws Exception {
    var hangs = new CountDownLatch(1);
    var edited = new CountDownLatch(1);
    var events = new ArrayList<String>();
    var chain =
        new RuleChain(
            "w",
            Phase.MUTATING,
            List.of(
                mutating("first", 1, c -> label(c, "first", "1")),
                mutating(
                    "hangs",
                    2,
                    OnFailure.SKIP_RULE,
                    ObjectNode.class,
                    c -> {
                      label(c, "half", "1");
                      edited.countDown();
                      awaitUninterruptibly(hangs);
                      label(c, "late", "1");
                      return Decision.allow();
                    }),
                mutating("last", 3, c -> label(c, "last", "1"))));
    var evaluation =
        chain.evaluate(
            create(POD),
            REVIEW,
            Deadline.after(Duration.ofSeconds(4)),
            new ReviewObserver.Some() {
              @Override
              public void ruleHung(ReviewIdentity review, String rule, int threads, Thread thread) {
                events.add("hung " + rule + " " + threads);
              }

              @Override
              public void ruleReleased(ReviewIdentity review, String rule, int threads) {
                events.add("released " + rule + " " + threads);
              }
            });
    var results = new AdmissionResponse[1];
    var worker = new Thread(() -> results[0] = evaluation.run());
    worker.start();
    edited.await();
    assertThat(evaluation.giveUpOverdueRule()).isNull();
    Evaluation.GivenUp givenUp = null;
    while (givenUp == null) {
      givenUp = evaluation.giveUpOverdueRule();
    }

    var response = evaluation.run();
    hangs.countDown();
    worker.join();

    assertThat(givenUp).isEqualTo(new Evaluation.GivenUp("hangs", true));
    assertThat(patch(response))
        .isEqualTo(
            "[{'op':'add','path':'/metadata/labels/first','value':'1'},"
                + "{'op':'add','path':'/metadata/labels/last','value':'1'}]");
    assertThat(results[0]).isNull();
    assertThat(events).containsExactly("hung hangs 1", "released hangs 0");
  }

  @Test
  @Timeout(30)
  void codeOfAnObjectsClassIsGivenUpWithItsRule() throws Exception {
    var hanging = new CompletableFuture<CountDownLatch>();
    var chain =
        new RuleChain(
            "w",
            Phase.MUTATING,
            List.of(
                mutating(
                    "hangs",
                    1,
                    OnFailure.SKIP_RULE,
                    Hanging.class,
                    c -> {
                      c.object(Hanging.class).latch = new CountDownLatch(1);
                      hanging.complete(c.object(Hanging.class).latch);
                      return Decision.allow();
                    }),
                mutating("last", 2, c -> label(c, "last", "1"))));
    var evaluation =
        chain.evaluate(
            create(POD), REVIEW, Deadline.after(Duration.ofSeconds(2)), ReviewObserver.NONE);
    var worker = new Thread(evaluation::run);
    worker.start();
    CountDownLatch latch = hanging.get();
    while (evaluation.giveUpOverdueRule() == null) {
      TimeUnit.MILLISECONDS.sleep(1);
    }

    assertThat(patch(evaluation.run()))
        .isEqualTo("[{'op':'add','path':'/metadata/labels/last','value':'1'}]");
    latch.countDown();
    worker.join();
  }

  @Test
  void ruleIsNotTriedWhileTwoThreadsHangInIt() throws Exception {
    var hangs = new CountDownLatch(1);
    var chain =
        new RuleChain(
            "w",
            Phase.MUTATING,
            List.of(
                mutating(
                    "hangs",
                    1,
                    c -> {
                      awaitUninterruptibly(hangs);
                      return Decision.allow();
                    })));
    var changes = new ArrayList<Boolean>();
    ReviewObserver observer =
        new ReviewObserver.Some() {
          @Override
          public synchronized void circuitChanged(Endpoint endpoint, String rule, boolean open) {
            changes.add(open);
          }
        };
    var workers = new ArrayList<Thread>();
    for (int hung = 0; hung < 2; ) {
      var evaluation =
          chain.evaluate(create(POD), REVIEW, Deadline.after(Duration.ofMillis(50)), observer);
      var worker = new Thread(evaluation::run);
      worker.start();
      workers.add(worker);
      // A worker that came too late to begin the rule ends by itself.
      while (worker.isAlive()) {
        if (evaluation.giveUpOverdueRule() != null) {
          hung++;
          break;
        }
        Thread.onSpinWait();
      }
    }

    assertThat(changes).isEmpty();
    // Until then they may only be slow.
    TimeUnit.NANOSECONDS.sleep(Circuit.SLOW_NANOS);
    assertThatThrownBy(
            () ->
                chain
                    .evaluate(create(POD), REVIEW, Deadline.after(Duration.ofSeconds(5)), observer)
                    .run())
        .isInstanceOf(RuleFailedException.class)
        .hasMessage("rule hangs is not tried for now, as it hung");
    hangs.countDown();
    for (Thread worker : workers) {
      worker.join();
    }
    assertThat(changes).containsExactly(true, false);
    assertThat(
            chain
                .evaluate(create(POD), REVIEW, Deadline.after(Duration.ofSeconds(5)), observer)
                .run()
                .allowed())
        .isTrue();
  }

  @Test
  void everyFormOfChangeIsTaken() {
    assertThat(
            patch(
                run(
                    mutating(
                        "json",
                        1,
                        c ->
                            Decision.patch(
                                JsonPatch.parse(
                                    tree(
                                        "[{'op':'replace','path':'/metadata/labels/app','value':'x'},{'op':'test','path':'/kind','value':'Pod'}]")))))))
        .isEqualTo("[{'op':'replace','path':'/metadata/labels/app','value':'x'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "merge",
                        1,
                        c -> Decision.mergePatch(tree("{'metadata':{'labels':null}}"))))))
        .isEqualTo("[{'op':'remove','path':'/metadata/labels'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "strategic",
                        1,
                        c ->
                            Decision.strategicMergePatch(
                                tree("{'spec':{'containers':[{'name':'a','image':'a:2'}]}}"))))))
        .isEqualTo("[{'op':'replace','path':'/spec/containers/0/image','value':'a:2'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "tree",
                        1,
                        c ->
                            Decision.replace(
                                c.object(ObjectNode.class).deepCopy().put("kind", "Other"))))))
        .isEqualTo("[{'op':'replace','path':'/kind','value':'Other'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "typed",
                        1,
                        c -> {
                          var pod =
                              c.object(Pod.class)
                                  .edit()
                                  .editSpec()
                                  .withHostname("h")
                                  .endSpec()
                                  .build();
                          return Decision.replace(pod);
                        }))))
        .isEqualTo("[{'op':'add','path':'/spec/hostname','value':'h'}]");
  }

  @Test
  void patchThatDoesNotApplyFailsItsRule() {
    assertThatThrownBy(
            () ->
                run(
                    mutating(
                        "bad",
                        1,
                        c ->
                            Decision.patch(
                                JsonPatch.parse(tree("[{'op':'remove','path':'/nothing'}]"))))))
        .isInstanceOf(RuleFailedException.class)
        .hasMessage("rule bad failed")
        .cause()
        .hasMessageContaining("/nothing");
  }

  @Test
  void wrongResultsFailTheirRuleWithAReason() {
    assertThatThrownBy(() -> run(mutating("null", 1, c -> null)))
        .hasRootCauseMessage("it returned null, not a decision");
    assertThatThrownBy(
            () ->
                evaluate(
                    Phase.VALIDATING,
                    create(POD),
                    validating("changes", null, c -> Decision.mergePatch(tree("{}")))))
        .hasRootCauseMessage("it validates, and returned a change of the object");
    assertThatThrownBy(
            () ->
                evaluate(
                    Phase.MUTATING,
                    request(Operation.DELETE, null, json(POD)),
                    mutating("deletes", 1, c -> Decision.mergePatch(tree("{}")))))
        .hasRootCauseMessage("it returned a change, and there is no object to change");
    assertThatThrownBy(() -> run(mutating("array", 1, c -> Decision.replace(tree("[]")))))
        .hasRootCauseMessage("it made the object a JSON ARRAY");
    assertThatThrownBy(
            () ->
                run(
                    mutating(
                        "two",
                        1,
                        c -> {
                          c.object(Pod.class);
                          c.object(ObjectNode.class);
                          return Decision.allow();
                        })))
        .rootCause()
        .hasMessageContaining("a rule has one view of the object");
  }

  @Test
  void objectThatDoesNotFitNamesTheField() {
    String bad = POD.replace("[]}}", "{}}}").replace("\"tolerations\":{}", "\"containers\":7");
    assertThatThrownBy(
            () ->
                evaluate(
                    Phase.MUTATING,
                    create(bad),
                    mutating(
                        "typed",
                        1,
                        c -> {
                          c.object(TypedThing.class);
                          return Decision.allow();
                        })))
        .rootCause()
        .hasMessageContaining("spec");
  }

  /** Strict where fabric8's models take what they don't know. */
  static final class TypedThing {
    public List<String> spec;
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
  void ruleRunsOnlyForWhatItIsFor() {
    assertThat(
            runs(match(Set.of(Operation.UPDATE), "pods", "", Scope.ANY, List.of(), List.of(), "")))
        .isFalse();
    assertThat(
            runs(match(Set.of(Operation.CREATE), "pods", "", Scope.ANY, List.of(), List.of(), "")))
        .isTrue();
    assertThat(
            runs(
                match(
                    Set.of(Operation.CREATE),
                    "pods",
                    "status",
                    Scope.ANY,
                    List.of(),
                    List.of(),
                    "")))
        .isFalse();
    assertThat(
            runs(
                match(
                    Set.of(Operation.CREATE), "services", "", Scope.ANY, List.of(), List.of(), "")))
        .isFalse();
    assertThat(runs(match(Set.of(Operation.CREATE), "*", "*", Scope.ANY, List.of(), List.of(), "")))
        .isTrue();
    assertThat(
            runs(
                match(
                    Set.of(Operation.CREATE), "pods", "", Scope.CLUSTER, List.of(), List.of(), "")))
        .isFalse();
    assertThat(
            runs(
                match(
                    Set.of(Operation.CREATE),
                    "pods",
                    "",
                    Scope.NAMESPACED,
                    List.of("sh*"),
                    List.of("w*b"),
                    "app=web")))
        .isTrue();
    assertThat(
            runs(
                match(
                    Set.of(Operation.CREATE),
                    "pods",
                    "",
                    Scope.ANY,
                    List.of("h*p"),
                    List.of(),
                    "")))
        .isFalse();
    assertThat(
            runs(
                match(
                    Set.of(Operation.CREATE),
                    "pods",
                    "",
                    Scope.ANY,
                    List.of(),
                    List.of("web.*"),
                    "")))
        .isFalse();
    assertThat(
            runs(
                match(
                    Set.of(Operation.CREATE),
                    "pods",
                    "",
                    Scope.ANY,
                    List.of(),
                    List.of(),
                    "app!=web")))
        .isFalse();
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

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // An endless loop would not notice it either.
      }
    }
  }

  private static Decision label(RuleContext context, String key, String value) {
    ((ObjectNode) context.object(ObjectNode.class).at("/metadata/labels")).put(key, value);
    return Decision.allow();
  }

  private static Rule allow() {
    return c -> Decision.allow();
  }

  private static JsonNode tree(String json) {
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper().readTree(json.replace('\'', '"'));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ReviewObserver failing(List<String> failures) {
    return new ReviewObserver.Some() {
      @Override
      public void ruleFailed(
          ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
        failures.add(rule + (skipped ? " skipped: " : " failed: ") + cause);
      }
    };
  }

  private static RuleMatch match(
      Set<Operation> operations,
      String resource,
      String subresource,
      Scope scope,
      List<String> namespaces,
      List<String> names,
      String labels) {
    return new RuleMatch(
        operations,
        List.of(new ResourceMatch("", "v1", resource, subresource)),
        scope,
        namespaces,
        names,
        LabelSelector.parse(labels));
  }

  private static boolean runs(RuleMatch match) {
    var ran = new boolean[1];
    run(
        new RuleDefinition(
            "r",
            Phase.MUTATING,
            0,
            "r",
            match,
            OnFailure.FAIL_CALL,
            null,
            c -> {
              ran[0] = true;
              return Decision.allow();
            }));
    return ran[0];
  }

  private static AdmissionResponse run(RuleDefinition... rules) {
    return evaluate(Phase.MUTATING, create(POD), rules);
  }

  private static AdmissionResponse evaluate(
      Phase phase, AdmissionRequest request, RuleDefinition... rules) {
    return evaluate(phase, request, ReviewObserver.NONE, rules);
  }

  private static AdmissionResponse evaluate(
      Phase phase, AdmissionRequest request, ReviewObserver observer, RuleDefinition... rules) {
    return new RuleChain("w.example.com", phase, Arrays.asList(rules))
        .evaluate(request, REVIEW, Deadline.after(Duration.ofSeconds(30)), observer)
        .run();
  }

  private static String patch(AdmissionResponse response) {
    return response.patch().orElseThrow().toJson().toString().replace('"', '\'');
  }

  /** A Pod that keeps whoever makes JSON of it, once a rule has seen it. */
  static final class Hanging extends Pod {

    private static final long serialVersionUID = 1L;

    private transient CountDownLatch latch;

    @Override
    public PodSpec getSpec() {
      if (latch != null) {
        awaitUninterruptibly(latch);
      }
      return super.getSpec();
    }
  }
}
