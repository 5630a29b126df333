package io.usher.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.storage.Storage;
import io.usher.server.HttpsApiServer;
import io.usher.testkit.apiserver.Manifest.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An API server with its rules and its callers. Thread-safe. */
final class RunningServer implements AutoCloseable {

  static final String DEFAULT_NAMESPACE = "default";

  static final UserInfo ADMINISTRATOR =
      UserInfo.of("kubernetes-admin", "system:masters", "system:authenticated");

  private static final String REGISTRATIONS = "admissionregistration.k8s.io";
  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
  private static final GroupResource DEFINITIONS =
      new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
  private static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final long FURNISHED_SECONDS = 60;
  private static final JsonMapper JSON = new JsonMapper();

  private final Credentials credentials = new Credentials();
  private final List<Document> manifests;
  private final AtomicInteger namespaces = new AtomicInteger();
  private final RegisteredRules rules;
  private final ExecutorService webhookCalls;
  private final HttpsApiServer https;

  /** For what no test's faults are to meet. */
  private final String ownToken = credentials.issue(ADMINISTRATOR, List.of());

  private RunningServer(ServerOptions options, RegisteredRules rules) {
    this.rules = rules;
    manifests = options.manifests().stream().flatMap(each -> each.documents().stream()).toList();
    webhookCalls =
        Executors.newCachedThreadPool(
            task -> {
              var thread = new Thread(task, "usher-testkit-webhook-call");
              thread.setDaemon(true);
              return thread;
            });
    https =
        HttpsApiServer.start(
            new InetSocketAddress(ServingCertificate.HOST, 0),
            ServingCertificate.ofThisJvm().tls(),
            config ->
                config
                    .authenticator(credentials)
                    .admission(objects -> List.of(admission(objects)))
                    .conversionWebhooks(rules.caller())
                    .library(
                        library -> {
                          library.filter(credentials);
                          options.resources().forEach(library::resource);
                        }),
            reason -> close());
  }

  /**
   * A server with the objects that the options name.
   *
   * @param isolation tells whether those without a namespace are each namespace's own
   */
  static RunningServer start(ServerOptions options, Isolation isolation) {
    RegisteredRules rules = RegisteredRules.start(options);
    RunningServer server;
    try {
      server = new RunningServer(options, rules);
    } catch (RuntimeException | Error e) {
      rules.close();
      throw e;
    }
    try {
      server.awaitFurnished(DEFAULT_NAMESPACE);
      server.define(server.manifests);
      for (Document each : server.manifests) {
        if (isolation != Isolation.NAMESPACE || !server.isOfAnyNamespace(each)) {
          server.apply(each, DEFAULT_NAMESPACE);
        }
      }
      return server;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /**
   * The plugins follow the configurations and policies that are there: no request comes before they
   * do.
   */
  private AdmissionPlugin admission(ObjectStore objects) {
    for (ObjectNode configuration : rules.configurations()) {
      String plural = configuration.path("kind").asText().toLowerCase(Locale.ROOT) + 's';
      objects.create(new GroupResource(REGISTRATIONS, plural), configuration);
    }
    manifests.stream()
        .filter(Document::isPolicy)
        .forEach(
            each ->
                objects.create(
                    new GroupResource(REGISTRATIONS, each.policyPlural()),
                    each.object().deepCopy()));
    return new AdmissionPlugins(
            objects, rules.caller(), webhookCalls, new SecureRandom(), Clock.systemUTC())
        .named(AdmissionPlugins.DEFAULT);
  }

  private ApiServer api() {
    return https.embedded().server();
  }

  HttpsApiServer https() {
    return https;
  }

  Credentials credentials() {
    return credentials;
  }

  void register(Class<? extends HasMetadata> model) {
    api().resources().register(ResourceType.of(model));
  }

  /** A new namespace, with those objects that name none. */
  String createNamespace() {
    String name = "test-" + namespaces.incrementAndGet();
    ObjectNode namespace = JsonNodeFactory.instance.objectNode();
    namespace.put("apiVersion", "v1").put("kind", "Namespace");
    namespace.putObject("metadata").put("name", name);
    apply(new Document("a test's namespace", namespace), "");
    awaitFurnished(name);
    manifests.stream().filter(this::isOfAnyNamespace).forEach(each -> apply(each, name));
    return name;
  }

  /** Has a namespace deleted, without asking webhooks. */
  void deleteNamespace(String name) {
    api().objects().delete(NAMESPACES, "", name);
  }

  private boolean isOfAnyNamespace(Document document) {
    return type(document).namespaced() && document.namespace().isEmpty();
  }

  /** A namespace is whole once its controller has put into it what it puts there last. */
  private void awaitFurnished(String namespace) {
    var furnished = new CountDownLatch(1);
    try (AutoCloseable watch =
        api()
            .objects()
            .watch(
                CONFIG_MAPS,
                event -> {
                  JsonNode metadata = event.object().path("metadata");
                  if (metadata.path("name").asText().equals("kube-root-ca.crt")
                      && metadata.path("namespace").asText().equals(namespace)) {
                    furnished.countDown();
                  }
                })) {
      if (!furnished.await(FURNISHED_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "namespace %s has no ServiceAccount after %d s"
                .formatted(namespace, FURNISHED_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while namespace " + namespace + " is made", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("follow ConfigMaps", e);
    }
  }

  private ResourceType type(Document document) {
    ResourceType type = api().resources().ofKind(document.group(), document.kind());
    if (type == null) {
      throw document.invalid(
          "the server does not serve this kind of %s: register its class by resources, or its CustomResourceDefinition by manifests"
              .formatted(document.apiVersion()));
    }
    return type;
  }

  /** Makes objects in order, but CustomResourceDefinitions first: what they define may be among. */
  void apply(List<Document> documents, String defaultNamespace) {
    define(documents);
    documents.forEach(each -> apply(each, defaultNamespace));
  }

  private void define(List<Document> documents) {
    List<Document> definitions = documents.stream().filter(Document::isDefinition).toList();
    definitions.forEach(each -> apply(each, ""));
    definitions.forEach(this::awaitServed);
  }

  private void awaitServed(Document definition) {
    JsonNode spec = definition.object().path("spec");
    String group = spec.path("group").asText();
    String kind = spec.path("names").path("kind").asText();
    if (api().resources().ofKind(group, kind) != null) {
      return; // by code, or by a manifest before
    }
    var served = new CompletableFuture<String>();
    try (AutoCloseable watch =
        api()
            .objects()
            .watch(
                DEFINITIONS,
                event -> {
                  if (event
                      .object()
                      .path("metadata")
                      .path("name")
                      .asText()
                      .equals(definition.name())) {
                    tell(event.object().path("status").path("conditions"), served);
                  }
                })) {
      String problem = served.get(FURNISHED_SECONDS, TimeUnit.SECONDS);
      if (!problem.isEmpty()) {
        throw definition.invalid(problem);
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "%s is not served after %d s".formatted(definition.name(), FURNISHED_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + definition.name() + " is made", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("follow CustomResourceDefinitions", e);
    }
  }

  /** Completes a definition's future with nothing once it is served, or with why it is not. */
  private static void tell(JsonNode conditions, CompletableFuture<String> served) {
    for (JsonNode each : conditions) {
      boolean holds = each.path("status").asText().equals("True");
      if (each.path("type").asText().equals("Established") && holds) {
        served.complete("");
      } else if (each.path("type").asText().equals("NamesAccepted") && !holds) {
        served.complete(each.path("message").asText());
      }
    }
  }

  /**
   * Makes an object as its administrator, or merges it into the one that is there.
   *
   * @throws IllegalArgumentException when the server refuses it
   */
  void apply(Document document, String defaultNamespace) {
    ObjectNode object =
        document.isDefinition() ? rules.called(document.object()) : document.object();
    String path = path(document, defaultNamespace);
    ApiResponse.Complete answer = send("POST", path, "application/json", object);
    if (answer.code() == 409) {
      answer = send("PATCH", path + '/' + document.name(), "application/merge-patch+json", object);
    }
    if (answer.code() / 100 != 2) {
      throw document.invalid(message(answer));
    }
  }

  private String path(Document document, String defaultNamespace) {
    ResourceType type = type(document);
    String namespace = document.namespace().isEmpty() ? defaultNamespace : document.namespace();
    return (document.group().isEmpty() ? "/api/" : "/apis/")
        + document.apiVersion()
        + (type.namespaced() ? "/namespaces/" + namespace : "")
        + '/'
        + type.plural();
  }

  /**
   * What came of a write.
   *
   * @param refusal of the first request that was refused; empty when none was
   * @param warnings of all requests until then
   */
  record Outcome(String refusal, List<String> warnings) {}

  /**
   * Sends a write as dry runs, until one is refused.
   *
   * @throws IllegalArgumentException when an object that it is to find can't be there, or is there
   *     already
   */
  Outcome dryRun(Write write, String defaultNamespace) {
    var warnings = new ArrayList<String>();
    for (Write.Step step : write.steps()) {
      ApiResponse.Complete answer = dryRun(step, write, defaultNamespace);
      warnings.addAll(answer.headers().warnings());
      if (answer.code() / 100 != 2) {
        return new Outcome(message(answer), warnings);
      }
    }
    return new Outcome("", warnings);
  }

  private ApiResponse.Complete dryRun(Write.Step step, Write write, String defaultNamespace) {
    Document old = step.old();
    Document sent = step.sent();
    if (old == null) {
      Document created = Objects.requireNonNull(sent);
      return dryRun("POST", path(created, defaultNamespace), created.object(), write);
    }
    ObjectNode found = provide(old, defaultNamespace);
    try {
      String path = path(old, defaultNamespace) + '/' + old.name();
      if (sent == null) {
        return dryRun("DELETE", path, null, write);
      }
      ObjectNode changed = sent.object().deepCopy();
      JsonNode version = found.at("/metadata/resourceVersion");
      changed.withObject("/metadata").putIfAbsent("resourceVersion", version);
      return dryRun("PUT", path, changed, write);
    } finally {
      takeAway(old, found);
    }
  }

  private ApiResponse.Complete dryRun(
      String method, String path, @Nullable ObjectNode body, Write write) {
    String user = write.user();
    Map<String, List<String>> impersonation =
        user == null
            ? Map.of()
            : Map.of("Impersonate-User", List.of(user), "Impersonate-Group", write.groups());
    return send(method, path + "?dryRun=All", "application/json", body, impersonation);
  }

  /** Stores an object that no request made. */
  private ObjectNode provide(Document document, String defaultNamespace) {
    if (document.name().isEmpty()) {
      throw document.invalid("it is to be there already: write metadata.name");
    }
    ResourceType type = type(document);
    ObjectNode object = document.object().deepCopy();
    ObjectNode metadata = object.withObject("/metadata");
    if (type.namespaced() && document.namespace().isEmpty()) {
      metadata.put("namespace", defaultNamespace);
    }
    ServedVersion version = type.version(document.version());
    if (version == null) {
      throw document.invalid("the server does not serve " + document.apiVersion());
    }
    try {
      version.schema().prune(object);
      version.schema().setDefaults(object);
      type.strategy().prepareForCreate(object);
      version.conversion().toStored(object);
      return api().objects().create(type.groupResource(), object);
    } catch (ApiException e) {
      throw document.invalid(e.status().message());
    }
  }

  private void takeAway(Document document, ObjectNode found) {
    GroupResource resource = type(document).groupResource();
    JsonNode metadata = found.path("metadata");
    String namespace = metadata.path("namespace").asText();
    String name = metadata.path("name").asText();
    // The server's controllers may change or delete it meanwhile.
    for (ObjectNode now = api().objects().get(resource, namespace, name);
        now != null;
        now = api().objects().get(resource, namespace, name)) {
      try {
        if (now.withObject("/metadata").remove("finalizers") != null) {
          api().objects().update(resource, now);
        }
        api().objects().delete(resource, namespace, name);
        return;
      } catch (ApiException e) {
        if (e.status().code() != NOT_FOUND && e.status().code() != CONFLICT) {
          throw e;
        }
      }
    }
  }

  private ApiResponse.Complete send(String method, String path, String type, ObjectNode body) {
    return send(method, path, type, body, Map.of());
  }

  private ApiResponse.Complete send(
      String method,
      String path,
      String type,
      @Nullable ObjectNode body,
      Map<String, List<String>> more) {
    var headers = new HashMap<>(more);
    headers.put("Authorization", List.of("Bearer " + ownToken));
    headers.put("Content-Type", List.of(type));
    byte[] bytes = body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
    ApiRequest request =
        ApiRequest.of(method, path).withHeaders(Headers.of(headers)).withBody(bytes);
    return (ApiResponse.Complete) api().handle(request).toCompletableFuture().join();
  }

  private static String message(ApiResponse.Complete answer) {
    try {
      return JSON.readTree(answer.bytes()).path("message").asText();
    } catch (IOException e) {
      throw new UncheckedIOException("read the answer", e);
    }
  }

  /** Ends the watches of a plural, or of all by {@code *}. */
  void endWatches(String plural) {
    api()
        .watches()
        .end(resource -> plural.equals("*") || plural.equals(resource.resource()))
        .join();
  }

  void compactHistory() {
    Storage storage = api().storage();
    storage.compact(storage.version());
  }

  @Override
  public void close() {
    try (rules) {
      https.close();
    } finally {
      webhookCalls.shutdownNow();
    }
  }
}
