package io.usher.initializer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.engine.Ticker;
import io.usher.listwatch.ApiStatusException;
import io.usher.listwatch.ListWatch;
import io.usher.webhook.WebhookRegistration;
import io.usher.write.EventRecorder;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Makes the objects of a cluster as the mutators want them, those too that were there before.
 *
 * <p>A change goes out as a patch of the very object in the very version that was looked at: who
 * changes it meanwhile is not overwritten, and the object is looked at again. Objects that are
 * being deleted, or that an owner maintains, are left as they are.
 */
public final class Initializer {

  private final ListWatch api;
  private final List<GroupVersionResource> resources;
  private final MutatorChain chain;
  private final PatchApplier applier;

  /**
   * What the rules of an Initializer are.
   *
   * @param webhooks what {@link WebhookRegistration#initializing} gives, in the order between
   *     webhooks
   * @param configurations their webhook configurations
   * @param caller calls them, in this process
   * @param changes what the webhooks of this process tell of their rules
   */
  public record Rules(
      List<WebhookRegistration> webhooks,
      List<ObjectNode> configurations,
      WebhookCaller caller,
      RuleChanges changes) {

    public Rules {
      webhooks = List.copyOf(webhooks);
      configurations = List.copyOf(configurations);
    }
  }

  private Initializer(
      ListWatch api,
      List<GroupVersionResource> resources,
      MutatorChain chain,
      PatchApplier applier) {
    this.api = api;
    this.resources = resources;
    this.chain = chain;
    this.applier = applier;
  }

  /**
   * Asks the API server who this is, and what there is.
   *
   * @throws IOException when it does not answer
   * @throws IllegalArgumentException when a match condition can't be evaluated
   */
  public static Initializer connect(ListWatch api, Rules rules, InitializerSettings settings)
      throws IOException, InterruptedException {
    return connect(api, rules, settings, Ticker.SYSTEM, Pause.REAL, Clock.systemUTC());
  }

  static Initializer connect(
      ListWatch api,
      Rules rules,
      InitializerSettings settings,
      Ticker ticker,
      Pause pause,
      Clock clock)
      throws IOException, InterruptedException {
    var chain =
        new MutatorChain(
            rules.configurations(),
            rules.caller(),
            new Namespaces(api, ticker),
            self(api),
            rules.changes());
    var objects = new LiveObjects(api, settings.dryRun());
    var applier =
        new PatchApplier(
            chain,
            objects,
            events(api, clock, ticker),
            new PastChanges(),
            new Rollouts(
                objects, settings.maxUnavailable(), settings.rolloutTimeout(), ticker, pause),
            new Pace(settings.maxPerSecond(), ticker, pause),
            pause,
            settings);
    return new Initializer(api, Targets.of(rules.webhooks(), api), chain, applier);
  }

  private static EventRecorder events(ListWatch api, Clock clock, Ticker ticker) {
    return new EventRecorder(
        (resource, namespace, event) ->
            api.send("POST", ListWatch.path(resource, namespace), "application/json", event),
        LiveObjects.FIELD_MANAGER + "-" + UUID.randomUUID(),
        clock,
        ticker);
  }

  /** As the API server knows the caller. */
  private static UserInfo self(ListWatch api) throws IOException, InterruptedException {
    JsonNode review =
        api.send(
            "POST",
            "apis/authentication.k8s.io/v1/selfsubjectreviews",
            "application/json",
            JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "SelfSubjectReview"));
    JsonNode user = review.at("/status/userInfo");
    Map<String, List<String>> extra = new LinkedHashMap<>();
    user.path("extra")
        .properties()
        .forEach(each -> extra.put(each.getKey(), texts(each.getValue())));
    return new UserInfo(
        user.path("username").asText(),
        user.path("uid").asText(),
        texts(user.path("groups")),
        extra);
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  /** The resources that the rules are for, in the order of a pass. */
  public List<GroupVersionResource> resources() {
    return resources;
  }

  /**
   * Looks at all objects, and changes none.
   *
   * @param from where an earlier pass ended, or null
   */
  public void plan(@Nullable Position from, PassListener listener)
      throws IOException, InterruptedException {
    pass(null, from, listener);
  }

  /**
   * Changes the objects that are not as the rules want them, and waits until the Pods of changed
   * workloads are replaced.
   *
   * @param from where an earlier pass ended, or null
   * @return whether it came to the end, and the listener did not stop it
   */
  public boolean apply(@Nullable Position from, PassListener listener)
      throws IOException, InterruptedException {
    try {
      pass(applier, from, listener);
      return applier.awaitRollouts().stream().allMatch(listener::done);
    } catch (Pass.StoppedException e) {
      return false;
    }
  }

  private void pass(@Nullable PatchApplier made, @Nullable Position from, PassListener listener)
      throws IOException, InterruptedException {
    int first = from == null ? 0 : Math.max(0, resources.indexOf(from.resource()));
    for (GroupVersionResource resource : resources.subList(first, resources.size())) {
      Position within = from != null && resource.equals(from.resource()) ? from : null;
      try {
        api.list(resource, new Pass(resource, chain, made, within, listener));
      } catch (ApiStatusException e) {
        if (!e.isNotFound()) {
          throw e;
        }
        listener.unserved(resource);
      }
    }
  }

  /**
   * Lists and watches all objects, and keeps them as the rules want them, until it is closed.
   *
   * @param timer when what failed is tried again; stays the caller's
   * @param progress learns what comes of objects
   */
  Keeper keep(ScheduledExecutorService timer, InitializerProgress progress) {
    var keeper = new Keeper(resources, chain, applier, timer, progress);
    resources.forEach(resource -> keeper.add(api.follow(resource, keeper.visitor(resource))));
    return keeper;
  }
}
