package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.cli.local.RequestFactory.Located;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does with manifests what an API server does when {@code kubectl apply} sends them: calls the
 * mutating webhooks one after another, applies each patch, calls those again that want it, calls
 * the validating ones on what came of it, and stores the object. An object that is stored already
 * is updated.
 *
 * <p>It does not default or check fields against a schema, knows no other webhooks and policies,
 * and evaluates no matchConditions. Not thread-safe.
 */
public final class LocalApiServer {

  /** What a client is to an API server that was asked for nothing. */
  public static final UserInfo DEFAULT_USER =
      UserInfo.of("kubernetes-admin", "kubeadm:cluster-admins", "system:authenticated");

  private final WebhookClient client;
  private final List<WebhookRegistration> webhooks;
  private final RuleRecorder recorder;
  private final Map<String, ObjectNode> stored = new HashMap<>();

  /**
   * An API server that stores nothing yet.
   *
   * @param http trusts the webhook's certificate
   * @param server where the webhook listens, {@code https://localhost:40001}
   * @param webhooks what is registered, in the order of the configurations
   * @param recorder what the webhook tells of its rules
   */
  public LocalApiServer(
      HttpClient http, URI server, List<WebhookRegistration> webhooks, RuleRecorder recorder) {
    this.client = new WebhookClient(http, server);
    this.webhooks = List.copyOf(webhooks);
    this.recorder = recorder;
  }

  /**
   * Sends these manifests, in this order.
   *
   * @param namespace where namespaced objects go that name none
   * @throws ManifestException when one can't be sent
   */
  public List<Admission> apply(
      List<ManifestDocument> documents, String namespace, UserInfo user, boolean dryRun) {
    var requests = new RequestFactory(namespace, user, dryRun, documents);
    var admissions = new ArrayList<Admission>();
    for (ManifestDocument document : documents) {
      Located located = requests.locate(document);
      var request = requests.request(document, located, stored.get(located.key()));
      Admission admission =
          new AdmissionRun(
                  client,
                  webhooks,
                  namespaceLabels(located),
                  recorder,
                  document,
                  request,
                  requests.schema(located.kind()))
              .run();
      if (admission.admitted() && !dryRun) {
        store(located, admission);
      }
      admissions.add(admission);
    }
    return admissions;
  }

  private void store(Located located, Admission admission) {
    if (located.isConnection()) {
      return;
    }
    if (admission.object() == null) {
      stored.remove(located.key());
    } else {
      String name = admission.object().at("/metadata/name").asText();
      if (!name.isEmpty()) {
        stored.put(located.key(name), admission.object());
      }
    }
  }

  /** Those of the Namespace where it was applied too, and the one that each has. */
  private Map<String, String> namespaceLabels(Located located) {
    if (located.namespace().isEmpty()) {
      return Map.of();
    }
    var labels = new HashMap<String, String>();
    ObjectNode namespace =
        stored.get("/Namespace/" + located.namespace() + "/" + located.namespace());
    if (namespace != null) {
      namespace
          .at("/metadata/labels")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    }
    labels.put("kubernetes.io/metadata.name", located.namespace());
    return labels;
  }
}
