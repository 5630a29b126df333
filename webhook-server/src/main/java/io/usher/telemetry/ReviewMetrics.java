package io.usher.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import io.usher.conversion.ConversionRequest;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.Door;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import io.usher.webhook.WebhookRegistration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts and times reviews and rules for Prometheus.
 *
 * <p>No label can be chosen by a caller: neither names nor users are labels, and a kind is one only
 * when its resource is registered. Meters are looked up once and then found in maps, as
 * Micrometer's own look-up costs more than the counting.
 */
public final class ReviewMetrics implements ReviewObserver.Some {

  /** The status of calls that are shed. */
  private static final int OVERLOADED = 429;

  private record ReviewKey(
      String webhook, Operation operation, String kind, ReviewOutcome outcome, boolean dryRun) {}

  private record ConversionKey(String webhook, ReviewOutcome outcome) {}

  private record RuleKey(String webhook, String rule) {}

  private record RejectionKey(String webhook, int status) {}

  private final Meters meters = new Meters();
  private final MeterRegistry registry = meters.registry;
  private final AccessMetrics access = new AccessMetrics(meters);
  private volatile Map<String, KindLabels> kinds = Map.of();
  private final Map<ReviewKey, Counter> reviews = new ConcurrentHashMap<>();
  private final Map<ConversionKey, Counter> conversions = new ConcurrentHashMap<>();
  private final Map<ConversionKey, Counter> convertedObjects = new ConcurrentHashMap<>();
  private final Map<String, Timer> conversionTimes = new ConcurrentHashMap<>();
  private final Map<String, Timer> reviewTimes = new ConcurrentHashMap<>();
  private final Map<RuleKey, Timer> ruleTimes = new ConcurrentHashMap<>();
  private final Map<RuleKey, Counter> ruleErrors = new ConcurrentHashMap<>();
  private final Map<RejectionKey, Counter> rejections = new ConcurrentHashMap<>();

  private final Map<RuleKey, RuleGauge> hung = new ConcurrentHashMap<>();
  private final Map<RuleKey, RuleGauge> circuits = new ConcurrentHashMap<>();

  /** A gauge, and the value that it reads. */
  private record RuleGauge(AtomicInteger value, Gauge gauge) {}

  /**
   * Counts reviews of these webhooks from now on, and forgets those of others. What alerts look at
   * is there at once, with 0: Prometheus sees no increase from nothing to 1.
   */
  public void serve(Collection<WebhookRegistration> webhooks) {
    kinds = webhooks.stream().collect(Collectors.toMap(WebhookRegistration::name, KindLabels::new));
    Set<RuleKey> rules = new HashSet<>();
    for (var webhook : webhooks) {
      found(reviewTimes, webhook.name(), this::reviewTimer);
      found(rejections, new RejectionKey(webhook.name(), OVERLOADED), this::rejectionCounter);
      for (var phase : Phase.values()) {
        for (var rule : webhook.rules(phase)) {
          rules.add(new RuleKey(webhook.name(), rule.name()));
          serve(webhook.name(), rule);
        }
      }
      for (var conversion : webhook.conversions()) {
        var key = new RuleKey(webhook.name(), conversion.name());
        rules.add(key);
        serve(key);
      }
      if (!webhook.conversions().isEmpty()) {
        var failed = new ConversionKey(webhook.name(), ReviewOutcome.FAILED);
        found(conversions, failed, this::conversionCounter);
        var converted = new ConversionKey(webhook.name(), ReviewOutcome.ALLOWED);
        found(convertedObjects, converted, this::objectCounter);
        found(conversionTimes, webhook.name(), this::conversionTimer);
      }
      for (var door : Door.values()) {
        for (var rule : webhook.rules(door)) {
          var key = new RuleKey(webhook.name(), rule.name());
          rules.add(key);
          serve(key);
        }
      }
    }
    access.serve(webhooks);
    forget(rules);
  }

  private void serve(String webhook, RuleDefinition rule) {
    serve(new RuleKey(webhook, rule.name()));
    for (var kind : Objects.requireNonNull(kinds.get(webhook)).of(rule)) {
      for (var operation : rule.match().operations()) {
        var failed = new ReviewKey(webhook, operation, kind, ReviewOutcome.FAILED, false);
        found(reviews, failed, this::reviewCounter);
      }
    }
  }

  private void serve(RuleKey key) {
    found(ruleTimes, key, this::ruleTimer);
    found(ruleErrors, key, this::errorCounter);
    hungThreads(key);
    // The rule begins anew, with a circuit that is closed.
    circuit(key).set(0);
  }

  private void forget(Set<RuleKey> served) {
    forget(reviews, key -> !kinds.containsKey(key.webhook()));
    forget(conversions, key -> !kinds.containsKey(key.webhook()));
    forget(convertedObjects, key -> !kinds.containsKey(key.webhook()));
    forget(conversionTimes, webhook -> !kinds.containsKey(webhook));
    forget(reviewTimes, webhook -> !kinds.containsKey(webhook));
    forget(rejections, key -> !kinds.containsKey(key.webhook()));
    forget(ruleTimes, key -> !served.contains(key));
    forget(ruleErrors, key -> !served.contains(key));
    forgetGauges(circuits, served);
    forgetGauges(hung, served);
  }

  private <K> void forget(Map<K, ? extends Meter> known, Predicate<K> gone) {
    known.forEach(
        (key, meter) -> {
          if (gone.test(key)) {
            known.remove(key);
            registry.remove(meter);
          }
        });
  }

  /** Threads that hang in a rule that is gone still count. */
  private void forgetGauges(Map<RuleKey, RuleGauge> known, Set<RuleKey> served) {
    known.forEach(
        (key, gauge) -> {
          if (!served.contains(key) && gauge.value().get() == 0) {
            known.remove(key);
            registry.remove(gauge.gauge());
          }
        });
  }

  /** What was counted of a rule so far. */
  public RuleMeasures measures(String webhook, String rule) {
    var key = new RuleKey(webhook, rule);
    HistogramSnapshot times = found(ruleTimes, key, this::ruleTimer).takeSnapshot();
    return new RuleMeasures(
        times.count(),
        (long) found(ruleErrors, key, this::errorCounter).count(),
        Stream.of(times.histogramCounts())
            .limit(Meters.REVIEW_BUCKETS.length)
            .map(each -> (long) each.count())
            .toList(),
        hungThreads(key).get(),
        circuit(key).get() > 0);
  }

  /** All metrics of the process; others may be added. */
  public Meters meters() {
    return meters;
  }

  @Override
  public void reviewFinished(FinishedReview review) {
    if (review.request() instanceof ConversionRequest request) {
      converted(review, request);
      return;
    }
    if (!(review.request() instanceof AdmissionRequest request)) {
      access.finished(review);
      return;
    }
    var labels = kinds.get(review.webhook());
    var key =
        new ReviewKey(
            review.webhook(),
            request.operation(),
            labels == null ? KindLabels.OTHER : labels.of(request),
            review.outcome(),
            request.dryRun());
    found(reviews, key, this::reviewCounter).increment();
    found(reviewTimes, review.webhook(), this::reviewTimer)
        .record(review.nanos(), TimeUnit.NANOSECONDS);
  }

  private void converted(FinishedReview review, ConversionRequest request) {
    var key = new ConversionKey(review.webhook(), review.outcome());
    found(conversions, key, this::conversionCounter).increment();
    found(convertedObjects, key, this::objectCounter).increment(request.objects());
    found(conversionTimes, review.webhook(), this::conversionTimer)
        .record(review.nanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void reviewRejected(Endpoint endpoint, int status) {
    found(rejections, new RejectionKey(endpoint.webhook(), status), this::rejectionCounter)
        .increment();
  }

  @Override
  public void ruleReturned(ReviewIdentity review, String rule, long nanos) {
    found(ruleTimes, key(review, rule), this::ruleTimer).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
    found(ruleErrors, key(review, rule), this::errorCounter).increment();
  }

  @Override
  public void ruleHung(ReviewIdentity review, String rule, int hungThreads, Thread thread) {
    hungThreads(key(review, rule)).incrementAndGet();
  }

  @Override
  public void ruleReleased(ReviewIdentity review, String rule, int hungThreads) {
    hungThreads(key(review, rule)).decrementAndGet();
  }

  @Override
  public void circuitChanged(Endpoint endpoint, String rule, boolean open) {
    circuit(new RuleKey(endpoint.webhook(), rule)).set(open ? 1 : 0);
  }

  private static RuleKey key(ReviewIdentity review, String rule) {
    return new RuleKey(review.endpoint().webhook(), rule);
  }

  /** Of all snapshots of the rule together, as a thread may hang longer than one is served. */
  private AtomicInteger hungThreads(RuleKey key) {
    return ruleGauge(hung, "usher.hung.threads", "Threads that a rule has not given back", key);
  }

  private AtomicInteger circuit(RuleKey key) {
    return ruleGauge(
        circuits, "usher.rule.circuit.open", "1 while a rule is not tried, as it hung", key);
  }

  private Counter errorCounter(RuleKey key) {
    return Counter.builder("usher.rule.errors")
        .description("Rules that threw, or whose time passed")
        .tag("webhook", key.webhook())
        .tag("rule", key.rule())
        .register(registry);
  }

  private Counter reviewCounter(ReviewKey key) {
    return Counter.builder("usher.reviews")
        .description("Reviews that were answered")
        .tag("webhook", key.webhook())
        .tag("operation", key.operation().name())
        .tag("kind", key.kind())
        .tag("decision", key.outcome().name().toLowerCase(Locale.ROOT))
        .tag("dryRun", Boolean.toString(key.dryRun()))
        .register(registry);
  }

  private Counter conversionCounter(ConversionKey key) {
    return Counter.builder("usher.conversions")
        .description("ConversionReviews that were answered")
        .tag("webhook", key.webhook())
        .tag("result", result(key.outcome()))
        .register(registry);
  }

  /** Apart from reviews: a page of a list takes longer than an object does. */
  private Timer conversionTimer(String webhook) {
    return Timer.builder("usher.conversion.duration")
        .description("From the complete body of a ConversionReview to the answer")
        .tag("webhook", webhook)
        .serviceLevelObjectives(Meters.REVIEW_BUCKETS)
        .register(registry);
  }

  private Counter objectCounter(ConversionKey key) {
    return Counter.builder("usher.conversion.objects")
        .description("Objects of the ConversionReviews that were answered")
        .tag("webhook", key.webhook())
        .tag("result", result(key.outcome()))
        .register(registry);
  }

  private static String result(ReviewOutcome outcome) {
    return outcome == ReviewOutcome.FAILED ? "failed" : "converted";
  }

  private Counter rejectionCounter(RejectionKey key) {
    return Counter.builder("usher.reviews.rejected")
        .description("Calls that no rule saw, by HTTP status; 429 are those shed")
        .tag("webhook", key.webhook())
        .tag("status", Integer.toString(key.status()))
        .register(registry);
  }

  private Timer reviewTimer(String webhook) {
    return Timer.builder("usher.review.duration")
        .description("From the complete body to the answer")
        .tag("webhook", webhook)
        .serviceLevelObjectives(Meters.REVIEW_BUCKETS)
        .register(registry);
  }

  private Timer ruleTimer(RuleKey key) {
    return Timer.builder("usher.rule.duration")
        .description("Rules that returned, normally and in time")
        .tag("webhook", key.webhook())
        .tag("rule", key.rule())
        .serviceLevelObjectives(Meters.REVIEW_BUCKETS)
        .register(registry);
  }

  private AtomicInteger ruleGauge(
      Map<RuleKey, RuleGauge> known, String name, String description, RuleKey key) {
    return found(known, key, newKey -> ruleGauge(name, description, newKey)).value();
  }

  private RuleGauge ruleGauge(String name, String description, RuleKey key) {
    var value = new AtomicInteger();
    return new RuleGauge(
        value,
        Gauge.builder(name, value, AtomicInteger::doubleValue)
            .description(description)
            .tag("webhook", key.webhook())
            .tag("rule", key.rule())
            .register(registry));
  }

  /** A get before computeIfAbsent, which locks even when the value is there. */
  private static <K, V> V found(Map<K, V> known, K key, Function<K, V> make) {
    V value = known.get(key);
    return value != null ? value : known.computeIfAbsent(key, make);
  }
}
