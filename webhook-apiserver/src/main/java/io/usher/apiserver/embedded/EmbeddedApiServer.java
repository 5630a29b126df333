package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.authz.AuthorizerChain;
import io.usher.apiserver.authz.BootstrapPolicy;
import io.usher.apiserver.authz.EscalationCheck;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.apiserver.builtin.BuiltInTypes;
import io.usher.apiserver.openapi.OpenApi;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An API server that is a whole cluster to its clients, but for nodes: Kubernetes' kinds, the
 * namespaces {@code default}, {@code kube-system}, {@code kube-public} and {@code kube-node-lease},
 * RBAC's default roles, and two controllers: namespaces (each gets its ServiceAccount and its
 * ConfigMap of the CA, and is deleted with what is in it) and garbage collection by {@code
 * ownerReferences}. No other controller runs: no Pod is made for a Deployment.
 */
public final class EmbeddedApiServer implements AutoCloseable {

  private static final String KUBERNETES = "1.36";

  private static final List<String> NAMESPACES =
      List.of("default", "kube-system", "kube-public", "kube-node-lease");

  private final ApiServer server;
  private final @Nullable Controllers controllers;
  private final DefinitionController definitions;
  private final AutoCloseable roles;

  private EmbeddedApiServer(EmbeddedConfig config) {
    var rbac = new RbacAuthorizer();
    var authorizer = new AuthorizerChain(config.authorizers().apply(rbac));
    server =
        ApiServer.create(
            library -> {
              config.library().accept(library);
              types(config, authorizer).forEach(library::resource);
              library
                  .authorizer(objects -> authorizer)
                  .admission(objects -> plugins(config, objects, authorizer, rbac))
                  .path(registry -> openApi(registry, config))
                  .authenticator(config.authenticator())
                  .clock(config.clock());
            });
    roles = rbac.follow(server.objects());
    createDefaults(server.objects());
    if (config.defaultRoles()) {
      BootstrapPolicy.createIn(server.objects());
    }
    definitions =
        new DefinitionController(
            server.objects(), server.resources(), config.conversionWebhooks(), config.clock());
    controllers =
        config.controllers()
            ? new Controllers(server.objects(), server.resources(), config.authority())
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

  private static List<ResourceType> types(EmbeddedConfig config, AuthorizerChain authorizer) {
    var reviews = new Reviews(config.authenticator(), authorizer, config.clock());
    var types = new ArrayList<ResourceType>();
    for (ResourceType.Builder builder :
        BuiltInTypes.builders(config.clock(), new Subresources(config.clock())::handler)) {
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
    var services = new GroupResource("", "services");
    if (objects.get(services, "default", "kubernetes") == null) {
      objects.create(services, kubernetesService());
    }
  }

  /** The Service that clients within a cluster, and Kubernetes' own tests, look for. */
  private static ObjectNode kubernetesService() {
    ObjectNode service = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = service.putObject("metadata");
    metadata.put("name", "kubernetes").put("namespace", "default");
    metadata.putObject("labels").put("component", "apiserver").put("provider", "kubernetes");
    ObjectNode spec = service.putObject("spec");
    spec.putArray("ports")
        .addObject()
        .put("name", "https")
        .put("protocol", "TCP")
        .put("port", 443)
        .put("targetPort", 6443);
    spec.put("clusterIP", "10.96.0.1").putArray("clusterIPs").add("10.96.0.1");
    spec.put("type", "ClusterIP").put("sessionAffinity", "None");
    spec.putArray("ipFamilies").add("IPv4");
    spec.put("ipFamilyPolicy", "SingleStack").put("internalTrafficPolicy", "Cluster");
    service.putObject("status").putObject("loadBalancer");
    return service;
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
    } catch (Exception e) {
      throw new IllegalStateException("stop following roles", e);
    } finally {
      server.close();
    }
  }
}
