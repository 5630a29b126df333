package io.usher.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.Review;
import io.usher.engine.ReviewKind;
import io.usher.engine.ReviewLimits;
import io.usher.engine.Ticker;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.engine.admission.ReviewBody;
import io.usher.engine.authentication.AuthenticationHandler;
import io.usher.engine.authentication.TokenReviewBody;
import io.usher.engine.authorization.AuthorizationHandler;
import io.usher.engine.authorization.SubjectAccessReviewBody;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Door;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One webhook's rules, called in memory and on the test's own thread as the server would call them.
 *
 * <p>A rule that throws fails the test: {@link io.usher.engine.RuleFailedException}, whose cause is
 * what it threw. A request that no rule is for is allowed unchanged, as on the server; {@link
 * AdmissionResult#rules()} tells which rules ran.
 */
public final class WebhookUnderTest {

  private final WebhookRegistration registration;
  private final Duration budget;
  private final boolean takesNulls;
  private final ClusterFixture cluster;
  private final Map<Phase, AdmissionHandler> handlers = new ConcurrentHashMap<>();
  private final AuthenticationHandler authentication;
  private final AuthorizationHandler authorization;

  private WebhookUnderTest(
      WebhookRegistration registration,
      Duration budget,
      boolean takesNulls,
      ClusterFixture cluster) {
    this.registration = registration;
    this.budget = budget;
    this.takesNulls = takesNulls;
    this.cluster = cluster;
    ClusterViews views = cluster.views(registration.reads());
    authentication =
        new AuthenticationHandler(
            registration, ReviewLimits.DEFAULT, GivenUpRules.NONE, views, Ticker.SYSTEM);
    authorization =
        new AuthorizationHandler(
            registration, ReviewLimits.DEFAULT, GivenUpRules.NONE, views, Ticker.SYSTEM);
  }

  /**
   * The webhook that these objects' classes join, or as much of it as these are.
   *
   * @param rules instances of classes annotated with {@link io.usher.rule.Webhook}, all of one name
   */
  public static WebhookUnderTest of(Object... rules) {
    return only(WebhookRegistration.partsFromInstances(Arrays.asList(rules)));
  }

  /** The webhook that these classes join, made by their constructors without parameters. */
  public static WebhookUnderTest of(Class<?>... ruleClasses) {
    return only(WebhookRegistration.partsFromClasses(Arrays.asList(ruleClasses)));
  }

  /** This webhook. */
  public static WebhookUnderTest of(WebhookRegistration registration) {
    // A breakpoint in a rule must not spoil the test, so the deadline is not the webhook's.
    return new WebhookUnderTest(registration, Duration.ofHours(1), false, ClusterFixture.of());
  }

  /** The same webhook, but each phase of a review has this long. */
  public WebhookUnderTest withBudget(Duration budget) {
    return new WebhookUnderTest(registration, budget, takesNulls, cluster);
  }

  /**
   * The same webhook, for custom resources whose schema says {@code nullable} where rules write
   * nulls; otherwise a null that a rule adds is among {@link AdmissionResult#refusals()}.
   */
  public WebhookUnderTest withNullableFields() {
    return new WebhookUnderTest(registration, budget, true, cluster);
  }

  /** The same webhook, whose rules read this cluster; otherwise they find it empty. */
  public WebhookUnderTest with(ClusterFixture cluster) {
    return new WebhookUnderTest(registration, budget, takesNulls, cluster);
  }

  boolean takesNulls() {
    return takesNulls;
  }

  /** What the rules were read to. */
  public WebhookRegistration registration() {
    return registration;
  }

  /** Runs the mutating rules. */
  public AdmissionResult mutate(AdmissionRequest request) {
    return run(Phase.MUTATING, request);
  }

  /** Runs the validating rules. */
  public AdmissionResult validate(AdmissionRequest request) {
    return run(Phase.VALIDATING, request);
  }

  /**
   * Runs the mutating rules, and unless they deny, the validating ones on what they made of the
   * object. Warnings, audit annotations and the rules that ran are those of both.
   */
  public AdmissionResult admit(AdmissionRequest request) {
    AdmissionResult mutated = mutate(request);
    if (!mutated.allowed()) {
      return mutated;
    }
    return mutated.then(validate(mutated.requestAfter()));
  }

  /** What the rules say of a token. */
  public Authentication authenticate(AuthenticationRequest request) {
    return answer(
        authentication,
        registration.path(Door.AUTHENTICATION),
        TokenReviewBody.of(request),
        ReviewObserver.NONE);
  }

  /** What the rules say of what somebody asks for. */
  public Authorization authorize(AuthorizationRequest request) {
    return answer(
        authorization,
        registration.path(Door.AUTHORIZATION),
        SubjectAccessReviewBody.of(request),
        ReviewObserver.NONE);
  }

  private <A> A answer(
      ReviewKind<?, A> kind, String path, ObjectNode body, ReviewObserver observer) {
    Review<?, A> review =
        Review.uncounted(
            kind,
            "POST " + path,
            body.toString().getBytes(StandardCharsets.UTF_8),
            Deadline.after(budget));
    review.answerHere(observer);
    A answer = review.answer();
    if (answer == null) {
      throw failure(review.failure());
    }
    return answer;
  }

  private AdmissionResult run(Phase phase, AdmissionRequest request) {
    var rules = new ArrayList<String>();
    var observer =
        new ReviewObserver.Some() {
          @Override
          public void ruleReturned(ReviewIdentity review, String rule, long nanos) {
            rules.add(rule);
          }
        };
    AdmissionResponse response =
        answer(
            handlers.computeIfAbsent(phase, this::handler),
            registration.path(phase),
            ReviewBody.of(request),
            observer);
    return new AdmissionResult(this, request, response, rules);
  }

  private AdmissionHandler handler(Phase phase) {
    return new AdmissionHandler(
        registration,
        phase,
        ReviewLimits.DEFAULT,
        GivenUpRules.NONE,
        cluster.views(registration.reads()));
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException failed
        ? failed
        : new IllegalArgumentException("the server would refuse this request", cause);
  }

  private static WebhookUnderTest only(List<WebhookRegistration> registrations) {
    if (registrations.size() != 1) {
      throw new IllegalArgumentException(
          "these rules join %d webhooks: %s; test one at a time"
              .formatted(
                  registrations.size(),
                  registrations.stream().map(WebhookRegistration::name).toList()));
    }
    return of(registrations.get(0));
  }
}
