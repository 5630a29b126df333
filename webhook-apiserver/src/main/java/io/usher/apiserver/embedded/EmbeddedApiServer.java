package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.admission.policy.ParamAccessCheck;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.authn.ServiceAccountTokens;
import io.usher.apiserver.authz.AuthorizerChain;
import io.usher.apiserver.authz.BootstrapPolicy;
import io.usher.apiserver.authz.EscalationCheck;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.apiserver.builtin.BuiltInTypes;
import io.usher.apiserver.flowcontrol.FlowControl;
import io.usher.apiserver.openapi.OpenApi;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An API server that is a whole cluster to its clients, but for nodes: Kubernetes' kinds, the
 * namespaces {@code default}, {@code kube-system}, {@code kube-public} and {@code kube-node-lease},
 * RBAC's default roles, and the controllers of what the server itself keeps: namespaces (each gets
 * its ServiceAccount and its ConfigMap of the CA, and is deleted with what is in it), garbage
 * collection by {@code ownerReferences}, ClusterRoles that aggregate others, FlowSchemas, Service
 * {@code kubernetes}, the types in the status of ValidatingAdmissionPolicies. No other controller
 * runs: no Pod is made for a Deployment.
 */
public final class EmbeddedApiServer implements AutoCloseable {

  private static final String KUBERNETES = "1.36";

  /** Where Service {@code kubernetes} leads until the server listens. */
  private static final int PORT = 6443;

  private static final List<String> NAMESPACES =
      List.of("default", "kube-system", "kube-public", "kube-node-lease");

  private final ApiServer server;
  private final @Nullable Controllers controllers;
  private final DefinitionController definitions;
  private final AutoCloseable roles;
  private final AutoCloseable flows;

  private EmbeddedApiServer(EmbeddedConfig config) {
    var rbac = new RbacAuthorizer();
    var flowControl = new FlowControl();
    var key = new StoredKey(() -> server().storage());
    var tokens = new ServiceAccountTokens(key, () -> server().objects(), config.clock());
    // Last, as most callers show something else.
    config.authenticator(tokens);
    var authorizer = new AuthorizerChain(config.authorizers().apply(rbac));
    server =
        ApiServer.create(
            library -> {
              config.library().accept(library);
              for (ResourceType type : types(config, tokens, authorizer)) {
                if (type.groupResource().equals(ComponentStatuses.RESOURCE)) {
                  library.resource(type, new ComponentStatuses(parts(config)));
                } else {
                  library.resource(type);
                }
              }
              library
                  .authorizer(objects -> authorizer)
                  .admission(objects -> plugins(config, objects, authorizer, rbac))
                  .path(registry -> openApi(registry, config))
                  .path(registry -> flowControl)
                  .classifier(flowControl)
                  .authenticator(config.authenticator())
                  .clock(config.clock());
            });
    key.moveFromFormerPlace();
    roles = rbac.follow(server.objects());
    // Beside the roles, which take longer.
    CompletableFuture<Void> flowDefaults =
        config.controllers()
            ? CompletableFuture.runAsync(
                () -> FlowObjects.createDefaults(server.objects(), config.clock()))
            : CompletableFuture.completedFuture(null);
    try {
      createDefaults(server.objects());
      if (config.defaultRoles()) {
        BootstrapPolicy.createIn(server.objects());
      }
    } finally {
      // Whatever fails, nobody writes any more afterwards.
      flowDefaults.join();
    }
    flows = flowControl.follow(server.objects());
    definitions =
        new DefinitionController(
            server.objects(), server.resources(), config.conversionWebhooks(), config.clock());
    controllers =
        config.controllers()
            ? new Controllers(
                server.objects(), server.resources(), config.authority(), config.clock())
            : null;
  }

  /**
   * A server that answers from now on.
   *
   * @param configure says who may do what, and what else differs
   */
  public static EmbeddedApiServer create(Consumer<EmbeddedConfig> configure) {
    var config = new EmbeddedConfig();
    configure.accept(config);
    return new EmbeddedApiServer(config);
  }

  /** What this server is made of, and how to know whether that is well. */
  private Map<String, BooleanSupplier> parts(EmbeddedConfig config) {
    BooleanSupplier storage = () -> server.storage().isHealthy();
    return config.controllers()
        ? Map.of(
            "storage",
            storage,
            "controller-manager",
            () -> controllers != null && controllers.isRunning())
        : Map.of("storage", storage);
  }

  private static List<ResourceType> types(
      EmbeddedConfig config, ServiceAccountTokens tokens, AuthorizerChain authorizer) {
    var reviews = new Reviews(config.knownCallers(), tokens, authorizer, config.clock());
    var types = new ArrayList<ResourceType>();
    for (ResourceType.Builder builder :
        BuiltInTypes.builders(
            config.clock(),
            new Subresources(tokens, config.clock())::handler,
            config.proxies()::handler)) {
      ResourceType type = builder.build();
      var answering = reviews.answering(type.groupResource());
      types.add(answering == null ? type : builder.answering(answering).build());
    }
    return types;
  }

  private static List<AdmissionPlugin> plugins(
      EmbeddedConfig config, ObjectStore objects, Authorizer authorizer, RbacAuthorizer rbac) {
    var plugins = new ArrayList<>(config.admission().apply(objects));
    plugins.add(new EscalationCheck(authorizer, rbac));
    plugins.add(new ParamAccessCheck(objects));
    return plugins;
  }

  private static PathHandler openApi(ResourceRegistry registry, EmbeddedConfig config) {
    var documents = new OpenApi(registry, KUBERNETES, config.clock());
    return request -> request.path().startsWith("/openapi/") ? documents.answer(request) : null;
  }

  private static void createDefaults(ObjectStore objects) {
    var namespaces = new GroupResource("", "namespaces");
    for (String name : NAMESPACES) {
      if (objects.get(namespaces, "", name) == null) {
        ObjectNode namespace = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = namespace.putObject("metadata");
        metadata.put("name", name).putObject("labels").put("kubernetes.io/metadata.name", name);
        namespace.putObject("spec").putArray("finalizers").add("kubernetes");
        namespace.putObject("status").put("phase", "Active");
        objects.create(namespaces, namespace);
      }
    }
    KubernetesService.createService(objects, PORT);
  }

  /**
   * Says to clients within the cluster where the server listens: in Service {@code
   * default/kubernetes}, its Endpoints and its EndpointSlice. Without controllers nothing is said.
   */
  public void advertise(InetSocketAddress address) {
    if (controllers != null) {
      controllers.advertise(address);
    }
  }

  /** The server, to be put behind a transport. */
  public ApiServer server() {
    return server;
  }

  @Override
  public void close() {
    if (controllers != null) {
      controllers.close();
    }
    definitions.close();
    try {
      roles.close();
      flows.close();
    } catch (Exception e) {
      throw new IllegalStateException("stop following roles and flows", e);
    } finally {
      server.close();
    }
  }
}
