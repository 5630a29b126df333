package io.usher.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.webhook.WebhookCallException;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.apiserver.review.ReviewException;
import io.usher.cluster.Lister;
import io.usher.cluster.Read;
import io.usher.config.Configuration;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewKind;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.engine.conversion.ConversionHandler;
import io.usher.http.DeadlineMargin;
import io.usher.http.HttpSettings;
import io.usher.rule.Door;
import io.usher.rule.Phase;
import io.usher.rulejar.GuardedRules;
import io.usher.telemetry.Observers;
import io.usher.telemetry.ReviewLog;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks of a server without its connections: an API server of the same process calls them.
 * Rules run as in {@link UsherServer}, with its deadlines and limits, on threads of their own.
 * Thread-safe.
 */
public final class InProcessWebhooks implements WebhookCaller, AutoCloseable {

  private final ObjectMapper json = new ObjectMapper();
  private final WebhookSource.Webhooks source;
  private final List<WebhookRegistration> webhooks;
  private final Map<String, ReviewKind<?, ?>> handlers = new HashMap<>();
  private final ReviewExecutor executor;
  private final DeadlineMargin margin;
  private volatile ClusterViews views = ClusterViews.NONE;

  private InProcessWebhooks(UsherConfig config, UnaryOperator<WebhookRegistration> called) {
    Configuration settings = config.settings();
    margin = HttpSettings.of(settings).margin();
    source = config.source(config.ruleConfig()).load();
    try {
      webhooks = WebhookPath.applyAll(settings, source.webhooks()).stream().map(called).toList();
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
    for (WebhookRegistration webhook : webhooks) {
      for (Phase phase : Phase.values()) {
        if (webhook.has(phase)) {
          handlers.put(
              webhook.path(phase),
              new AdmissionHandler(
                  webhook,
                  phase,
                  EngineSettings.limits(settings),
                  new GuardedRules(),
                  new Current()));
        }
      }
    }
    for (WebhookRegistration webhook : webhooks) {
      if (!webhook.conversions().isEmpty()) {
        handlers.put(
            webhook.conversionPath(),
            new ConversionHandler(
                webhook, EngineSettings.conversionLimits(settings), new GuardedRules()));
      }
    }
    ReviewLimits access =
        EngineSettings.limits(settings, settings.get(HttpSettings.MAX_ACCESS_BODY));
    for (WebhookRegistration webhook : webhooks) {
      for (Door door : Door.values()) {
        if (webhook.has(door)) {
          handlers.put(webhook.path(door), DoorKinds.of(webhook, door, access, new Current()));
        }
      }
    }
    executor =
        new ReviewExecutor(
            EngineSettings.executor(settings),
            new Observers(new ReviewLog(settings), config.observer()));
  }

  /**
   * Loads webhooks.
   *
   * @param configure as for {@link UsherServer#create}; what is about connections has no effect
   * @throws io.usher.config.ConfigurationException when a setting, or a file that it names, is
   *     wrong
   * @throws io.usher.rulejar.RuleJarException when a rule jar can't be used
   * @throws io.usher.webhook.InvalidWebhookException when its classes make no webhook
   */
  public static InProcessWebhooks load(Consumer<UsherConfig> configure) {
    var config = new UsherConfig();
    configure.accept(config);
    return new InProcessWebhooks(config, UnaryOperator.identity());
  }

  /**
   * Loads webhooks as the Initializer runs them: of their rules those that it asks.
   *
   * @see WebhookRegistration#initializing
   */
  public static InProcessWebhooks loadInitializing(Consumer<UsherConfig> configure) {
    var config = new UsherConfig();
    configure.accept(config);
    return new InProcessWebhooks(config, WebhookRegistration::initializing);
  }

  /** The rules read these objects from now on; before, they can read nothing. */
  public void read(ObjectStore objects) {
    read(new StoreViews(objects));
  }

  /** The rules read these views from now on. */
  public void read(ClusterViews clusterViews) {
    views = clusterViews;
  }

  /** Whatever the rules read at this moment. */
  private final class Current implements ClusterViews {

    @Override
    public Lister<?> now(Read read) {
      return views.now(read);
    }

    @Override
    public byte @Nullable [] answer(LiveQuestion question, Deadline deadline) {
      return views.answer(question, deadline);
    }
  }

  /** The webhooks, in the order between webhooks. */
  public List<WebhookRegistration> webhooks() {
    return webhooks;
  }

  /** Calls the webhook whose path the endpoint's Service has. */
  @Override
  public JsonNode call(WebhookEndpoint webhook, ObjectNode review) throws WebhookCallException {
    String path = webhook.clientConfig().path("service").path("path").asText();
    ReviewKind<?, ?> handler = handlers.get(path);
    if (handler == null) {
      throw WebhookCallException.answered(
          404, "404 page not found".getBytes(StandardCharsets.UTF_8));
    }
    ReviewAnswer answer = answer(handler, path, webhook.timeoutSeconds(), review);
    if (answer.status() / 100 != 2) {
      throw WebhookCallException.answered(answer.status(), answer.body());
    }
    try {
      return json.readTree(answer.body());
    } catch (IOException e) {
      throw new WebhookCallException(
          "failed to call webhook: couldn't decode the answer: " + e.getMessage());
    }
  }

  /**
   * Asks the rules that answer a door's question. {@link io.usher.apiserver.authn.TokenReviews} and
   * {@link io.usher.apiserver.authz.SubjectAccessReviews} make an authenticator and an authorizer
   * of it.
   *
   * @throws IllegalArgumentException when the webhook has no such rules
   */
  public ReviewCaller reviews(String webhook, Door door) {
    WebhookRegistration asked =
        webhooks.stream()
            .filter(each -> each.name().equals(webhook) && each.has(door))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "webhook %s has no @%s rules"
                            .formatted(webhook, door.annotation().getSimpleName())));
    String path = asked.path(door);
    ReviewKind<?, ?> kind = Objects.requireNonNull(handlers.get(path));
    return review -> reviewed(answer(kind, path, asked.timeoutSeconds(), review));
  }

  private JsonNode reviewed(ReviewAnswer answer) throws ReviewException {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    if (answer.status() != 200) {
      throw new ReviewException(answer.status() + " " + text, answer.status() >= 429);
    }
    try {
      return json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("read an answer of this process", e);
    }
  }

  /** The answer, which the executor's watchdog gives when the rules are late. */
  private ReviewAnswer answer(
      ReviewKind<?, ?> handler, String path, int timeoutSeconds, ObjectNode review) {
    var answer = new CompletableFuture<ReviewAnswer>();
    executor.submit(
        Review.uncounted(
            handler,
            "POST " + path + "?timeout=" + timeoutSeconds + "s",
            bytes(review),
            margin.deadline(System.nanoTime(), Duration.ofSeconds(timeoutSeconds))),
        answer::complete);
    return answer.join();
  }

  private byte[] bytes(ObjectNode review) {
    try {
      return json.writeValueAsBytes(review);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write a review", e);
    }
  }

  /** Gives the rules up. */
  @Override
  public void close() {
    executor.close();
    source.close();
  }
}
