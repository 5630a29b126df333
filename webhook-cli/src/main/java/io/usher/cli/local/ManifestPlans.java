package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.embedded.EmbeddedApiServer;
import io.usher.cli.local.RequestFactory.Located;
import io.usher.initializer.MutatorChain;
import io.usher.initializer.ObjectPatch;
import io.usher.initializer.PassListener;
import io.usher.initializer.Plan;
import io.usher.initializer.RuleChanges;
import io.usher.patch.StructSchema;
import io.usher.patch.TwoWayMergePatch;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the Initializer would do with manifests, if their objects existed: an embedded API server
 * has them, with its defaults, and the rules read them there.
 */
public final class ManifestPlans {

  /** As whom the controller changes objects in a cluster. */
  private static final UserInfo CONTROLLER =
      UserInfo.of(
          "system:serviceaccount:usher-system:usher-controller",
          "system:serviceaccounts",
          "system:serviceaccounts:usher-system",
          "system:authenticated");

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final List<WebhookRegistration> webhooks;
  private final List<ObjectNode> configurations;
  private final WebhookCaller caller;
  private final Consumer<ObjectStore> reader;
  private final RuleChanges changes;

  /**
   * Plans by these webhooks.
   *
   * @param webhooks what {@link WebhookRegistration#initializing} gives
   * @param configurations their webhook configurations
   * @param caller calls them, in this process
   * @param reader gets the objects before a webhook is called: what their rules read
   * @param changes what the webhooks tell of their rules
   */
  public ManifestPlans(
      List<WebhookRegistration> webhooks,
      List<ObjectNode> configurations,
      WebhookCaller caller,
      Consumer<ObjectStore> reader,
      RuleChanges changes) {
    this.webhooks = webhooks;
    this.configurations = configurations;
    this.caller = caller;
    this.reader = reader;
    this.changes = changes;
  }

  /**
   * Plans for each object of these manifests.
   *
   * @param namespace where namespaced objects are that name none
   * @param listener gets a change of the object as it is written, without defaults
   * @throws ManifestException when an object can't be stored
   */
  public void plan(List<ManifestDocument> documents, String namespace, PassListener listener) {
    try (EmbeddedApiServer server =
        EmbeddedApiServer.create(
            config ->
                config
                    .controllers(false)
                    .defaultRoles(false)
                    .authenticator(request -> CONTROLLER)
                    .authorizers(rbac -> List.of(new AlwaysAllow())))) {
      new CustomTypes(server.server().resources(), webhooks, caller).register(documents);
      var requests = new RequestFactory(server.server().resources(), namespace, false);
      var objects = new ServerObjects(server.server());
      List<Located> located = documents.stream().map(requests::locate).toList();
      store(documents, located, objects);
      ObjectStore store = server.server().objects();
      reader.accept(store);
      var chain =
          new MutatorChain(
              configurations, caller, name -> store.get(NAMESPACES, "", name), CONTROLLER, changes);
      for (Located each : located) {
        ObjectNode stored = objects.stored(each);
        if (stored != null) {
          listener.planned(ofManifest(chain.plan(each.resource(), stored), each, objects));
        }
      }
    }
  }

  private static void store(
      List<ManifestDocument> documents, List<Located> located, ServerObjects objects) {
    for (int i = 0; i < located.size(); i++) {
      if (located.get(i).isNamespace()) {
        objects.provide(documents.get(i), located.get(i));
      }
    }
    objects.provideNamespaces(documents, located);
    for (int i = 0; i < located.size(); i++) {
      objects.provide(documents.get(i), located.get(i));
    }
  }

  /** The change carried into the object as its author wrote it. */
  private static Plan ofManifest(Plan plan, Located located, ServerObjects objects) {
    if (!(plan instanceof Plan.Change change)) {
      return plan;
    }
    StructSchema schema = objects.mergeSchema(located);
    ObjectNode written = located.object();
    ObjectPatch patch = change.patch();
    return new Plan.Change(
        patch,
        written,
        (ObjectNode)
            TwoWayMergePatch.carry(
                written,
                change.before(),
                change.after(),
                schema == null ? StructSchema.none() : schema),
        change.idempotent());
  }
}
