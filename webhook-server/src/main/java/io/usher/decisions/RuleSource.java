package io.usher.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import io.usher.decisions.Replica.Versioned;
import io.usher.telemetry.RuleMeasures;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of all replicas, each with the sum of what they counted. A rule changes with each of
 * its calls: watchers are told every few seconds.
 */
final class RuleSource implements ObjectSource {

  private static final Logger LOG = LoggerFactory.getLogger(RuleSource.class);

  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final Replica replica;
  private final Gatherer gatherer;
  private final ScheduledExecutorService timer;

  RuleSource(Replica replica, Gatherer gatherer, ScheduledExecutorService timer) {
    this.replica = replica;
    this.gatherer = gatherer;
    this.timer = timer;
  }

  @Override
  public CompletionStage<Gathered> gather() {
    return gatherer
        .collect(PeerHandler.RULES)
        .thenApply(
            collected -> {
              var sums = new TreeMap<String, Sum>();
              replica.rules().forEach(each -> add(sums, replica.name(), each));
              collected
                  .answers()
                  .forEach(
                      (name, lines) ->
                          lines.forEach(
                              line -> {
                                JsonNode json = Gatherer.parsed(line);
                                long version = json.path("version").asLong();
                                add(sums, name, new Versioned(RuleReport.of(json), version));
                              }));
              NavigableMap<String, StoredObject> all = new TreeMap<>();
              sums.forEach((name, sum) -> all.put(name, sum.toObject(name)));
              return new Gathered(new Snapshot(collected.version(), all), 0, collected.warnings());
            });
  }

  private static void add(TreeMap<String, Sum> sums, String replica, Versioned rule) {
    sums.computeIfAbsent(rule.report().name(), name -> new Sum()).add(replica, rule);
  }

  /** One rule, as all replicas tell of it. */
  private static final class Sum {
    private final NavigableMap<String, RuleReport> replicas = new TreeMap<>();
    private long version;

    void add(String replica, Versioned rule) {
      replicas.put(replica, rule.report());
      version = Math.max(version, rule.version());
    }

    StoredObject toObject(String name) {
      RuleReport first = replicas.firstEntry().getValue();
      RuleMeasures sum =
          replicas.values().stream()
              .map(RuleReport::measures)
              .reduce(RuleMeasures::plus)
              .orElseThrow();
      ObjectNode rule = JsonNodeFactory.instance.objectNode();
      rule.put("kind", "Rule").put("apiVersion", DecisionTypes.API_VERSION);
      rule.putObject("metadata")
          .put("name", name)
          .put("uid", UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
      rule.put("webhook", first.webhook()).put("rule", first.rule()).put("phase", first.phase());
      rule.put("jar", first.jar()).put("digest", first.digest());
      putCounts(
          rule,
          sum,
          replicas.values().stream().mapToLong(RuleReport::changes).sum(),
          replicas.values().stream().mapToLong(RuleReport::denials).sum());
      ObjectNode latency = rule.putObject("latency");
      putMicros(latency, "p50Micros", sum.quantile(0.5));
      putMicros(latency, "p99Micros", sum.quantile(0.99));
      ArrayNode list = rule.putArray("replicas");
      replicas.forEach(
          (replica, report) ->
              putCounts(
                  list.addObject()
                      .put("name", replica)
                      .put("jar", report.jar())
                      .put("digest", report.digest()),
                  report.measures(),
                  report.changes(),
                  report.denials()));
      return StoredObject.of(name, version, Draft.of(rule), EventType.ADDED);
    }

    private static void putCounts(
        ObjectNode object, RuleMeasures measures, long changes, long denials) {
      object
          .put("calls", measures.returned() + measures.failed())
          .put("changes", changes)
          .put("denials", denials)
          .put("errors", measures.failed())
          .put("hungThreads", measures.hungThreads())
          .put("circuit", measures.circuitOpen() ? "open" : "closed");
    }

    private static void putMicros(ObjectNode object, String field, @Nullable Duration time) {
      if (time != null) {
        object.put(field, time.toNanos() / 1_000);
      }
    }
  }

  @Override
  public Runnable follow(Gathered gathered, Follower follower) {
    var last = new AtomicReference<>(gathered.objects());
    var task =
        timer.scheduleWithFixedDelay(
            () -> look(last, follower),
            PERIOD.toMillis(),
            PERIOD.toMillis(),
            TimeUnit.MILLISECONDS);
    return () -> task.cancel(false);
  }

  /** A look at which a replica does not answer tells nothing: its counts would seem to shrink. */
  private void look(AtomicReference<Snapshot> last, Follower follower) {
    try {
      gather()
          .thenAccept(
              now -> {
                if (now.warnings().isEmpty()) {
                  tell(last.getAndSet(now.objects()), now.objects(), follower);
                }
              });
    } catch (ApiException e) {
      LOG.debug("rules are looked at a period later", e);
    }
  }

  private static void tell(Snapshot before, Snapshot now, Follower follower) {
    now.objects()
        .forEach(
            (name, rule) -> {
              StoredObject old = before.objects().get(name);
              if (old == null || !old.json().equals(rule.json())) {
                follower.changed(new Change(old, rule, false));
              }
            });
    before
        .objects()
        .forEach(
            (name, rule) -> {
              if (!now.objects().containsKey(name)) {
                StoredObject gone = rule.retold(EventType.DELETED, now.version());
                follower.changed(new Change(rule, gone, true));
              }
            });
  }
}
