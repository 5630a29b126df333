package io.usher.telemetry;

import io.usher.admission.AdmissionRequest;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.AuthorizationRequest;
import io.usher.config.Configuration;
import io.usher.conversion.ConversionRequest;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.Phase;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs each decision in a line of its own, and what goes wrong with rules. Of a request it tells
 * what it is about and who makes it: never the object.
 */
public final class ReviewLog implements ReviewObserver.Some {

  /** The logger of decisions. */
  public static final String DECISIONS = "io.usher.decisions";

  /** A name has at most 253 characters; a line is no place for what a client makes up. */
  private static final int LONGEST_NAME = 300;

  private static final int LONGEST_MESSAGE = 1_000;

  private final boolean logsDecisions;
  private final boolean namesObjects;
  private final Logger decisions = LoggerFactory.getLogger(DECISIONS);
  private final Logger log = LoggerFactory.getLogger(ReviewLog.class);

  /** A log as it is configured. */
  public ReviewLog(Configuration settings) {
    logsDecisions = settings.get(TelemetrySettings.DECISION_LOG);
    namesObjects = settings.get(TelemetrySettings.DECISION_LOG_NAMES);
  }

  @Override
  public void reviewFinished(FinishedReview review) {
    if (!logsDecisions || !decisions.isInfoEnabled()) {
      return;
    }
    if (review.request() instanceof AuthenticationRequest) {
      logAccess(review, access(review));
    } else if (review.request() instanceof AuthorizationRequest request) {
      logAccess(review, asked(access(review), request));
    } else if (review.request() instanceof ConversionRequest request) {
      conversion(review, request);
    } else if (review.request() instanceof AdmissionRequest request) {
      logAdmission(review, request);
    }
  }

  private void logAdmission(FinishedReview review, AdmissionRequest request) {
    var endpoint = review.review().endpoint();
    var line =
        decisions
            .atInfo()
            .addKeyValue("uid", cut(request.uid(), LONGEST_NAME))
            .addKeyValue("webhook", review.webhook())
            .addKeyValue("phase", endpoint.phase() == Phase.MUTATING ? "mutating" : "validating")
            .addKeyValue("operation", request.operation())
            .addKeyValue(
                "resource",
                cut(
                    resource(
                        request.resource().resource(),
                        request.resource().group(),
                        request.subResource()),
                    LONGEST_NAME));
    if (!request.namespace().isEmpty()) {
      line = line.addKeyValue("namespace", cut(request.namespace(), LONGEST_NAME));
    }
    if (namesObjects) {
      line = named(line, request);
    }
    line =
        line.addKeyValue("dryRun", request.dryRun())
            .addKeyValue("decision", review.outcome().name().toLowerCase(Locale.ROOT));
    if (review.rule() != null) {
      line = line.addKeyValue("rule", review.rule());
    }
    if (namesObjects && review.message() != null) {
      line = line.addKeyValue("statusMessage", cut(review.message(), LONGEST_MESSAGE));
    }
    if (review.viewAge() != null) {
      line = line.addKeyValue("viewAgeMillis", review.viewAge().toMillis());
    }
    line.addKeyValue("durationMicros", review.nanos() / 1_000)
        .addKeyValue("patchOperations", review.patchOperations())
        .addKeyValue("answerBytes", review.answerBytes())
        .log("review");
  }

  private void conversion(FinishedReview review, ConversionRequest request) {
    boolean failed = review.outcome() == ReviewOutcome.FAILED;
    var line =
        decisions
            .atInfo()
            .addKeyValue("uid", cut(request.uid(), LONGEST_NAME))
            .addKeyValue("webhook", review.webhook())
            .addKeyValue("desiredAPIVersion", cut(request.desiredApiVersion(), LONGEST_NAME))
            .addKeyValue("objects", request.objects())
            .addKeyValue("result", failed ? "failed" : "converted");
    if (review.rule() != null) {
      line = line.addKeyValue("rule", review.rule());
    }
    if (namesObjects && review.message() != null) {
      line = line.addKeyValue("statusMessage", cut(review.message(), LONGEST_MESSAGE));
    }
    line.addKeyValue("durationMicros", review.nanos() / 1_000)
        .addKeyValue("answerBytes", review.answerBytes())
        .log("conversion");
  }

  private LoggingEventBuilder access(FinishedReview review) {
    return decisions
        .atInfo()
        .addKeyValue("webhook", review.webhook())
        .addKeyValue("phase", review.review().endpoint().kind());
  }

  private LoggingEventBuilder asked(LoggingEventBuilder line, AuthorizationRequest request) {
    var asked = line.addKeyValue("operation", cut(request.verb(), LONGEST_NAME));
    var resource = request.resource();
    var path = request.nonResource();
    if (path != null) {
      asked = asked.addKeyValue("path", cut(path.path(), LONGEST_NAME));
    }
    if (resource != null) {
      asked =
          asked.addKeyValue(
              "resource",
              cut(
                  resource(resource.resource(), resource.group(), resource.subresource()),
                  LONGEST_NAME));
      if (!resource.namespace().isEmpty()) {
        asked = asked.addKeyValue("namespace", cut(resource.namespace(), LONGEST_NAME));
      }
    }
    if (!namesObjects) {
      return asked;
    }
    asked = asked.addKeyValue("user", cut(request.user().username(), LONGEST_NAME));
    return resource == null || resource.name().isEmpty()
        ? asked
        : asked.addKeyValue("name", cut(resource.name(), LONGEST_NAME));
  }

  /** Of a token, it tells the user that it became, if that is to be told. */
  private void logAccess(FinishedReview review, LoggingEventBuilder asked) {
    var line = asked;
    if (namesObjects && review.message() != null && !review.message().isEmpty()) {
      boolean user =
          review.request() instanceof AuthenticationRequest
              && review.outcome() == ReviewOutcome.ALLOWED;
      line =
          line.addKeyValue(
              user ? "user" : "statusMessage",
              cut(review.message(), user ? LONGEST_NAME : LONGEST_MESSAGE));
    }
    line = line.addKeyValue("decision", review.outcome().name().toLowerCase(Locale.ROOT));
    if (review.rule() != null) {
      line = line.addKeyValue("rule", review.rule());
    }
    if (review.viewAge() != null) {
      line = line.addKeyValue("viewAgeMillis", review.viewAge().toMillis());
    }
    line.addKeyValue("durationMicros", review.nanos() / 1_000)
        .addKeyValue("answerBytes", review.answerBytes())
        .log("review");
  }

  private static LoggingEventBuilder named(LoggingEventBuilder line, AdmissionRequest request) {
    var named = line.addKeyValue("user", cut(request.userInfo().username(), LONGEST_NAME));
    if (!request.name().isEmpty()) {
      return named.addKeyValue("name", cut(request.name(), LONGEST_NAME));
    }
    var object = request.object();
    var prefix = object == null ? null : object.path("metadata").get("generateName");
    return prefix == null || !prefix.isTextual()
        ? named
        : named.addKeyValue("generateName", cut(prefix.textValue(), LONGEST_NAME));
  }

  /** As kubectl takes it: {@code deployments.apps/scale}. */
  private static String resource(String resource, String group, String subresource) {
    return resource
        + (group.isEmpty() ? "" : "." + group)
        + (subresource.isEmpty() ? "" : "/" + subresource);
  }

  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) + "..." : text;
  }

  @Override
  public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
    log.error("{}: review {} failed", review.endpoint().webhook(), what, cause);
  }

  @Override
  public void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
    log.warn(
        "{}: rule {} failed on {}, {}",
        review.endpoint().webhook(),
        rule,
        what,
        skipped ? "and is skipped" : "and the call fails",
        cause);
  }

  @Override
  public void ruleHung(ReviewIdentity review, String rule, int hungThreads, Thread thread) {
    var stack = new Throwable("the stack of " + thread.getName());
    stack.setStackTrace(thread.getStackTrace());
    log.warn(
        "{}: {} threads hang in rule {}", review.endpoint().webhook(), hungThreads, rule, stack);
  }

  @Override
  public void ruleReleased(ReviewIdentity review, String rule, int hungThreads) {
    log.info(
        "{}: a thread came back from rule {}, {} still hang",
        review.endpoint().webhook(),
        rule,
        hungThreads);
  }

  @Override
  public void circuitChanged(Endpoint endpoint, String rule, boolean open) {
    log.warn(
        "{}: rule {} is {}", endpoint.webhook(), rule, open ? "not tried any more" : "tried again");
  }

  @Override
  public void fatal(String what, @Nullable Throwable cause) {
    log.error("the process must be replaced: {}", what, cause);
  }
}
