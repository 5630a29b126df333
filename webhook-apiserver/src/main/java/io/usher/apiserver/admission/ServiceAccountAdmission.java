package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Plugin {@code ServiceAccount}: a Pod runs as a service account that is there, {@code default} if
 * it says none; it gets the account's pull secrets and, unless either says no, a volume with the
 * account's token. A mirror Pod, which only a kubelet makes, has no account. The deprecated
 * annotation {@code kubernetes.io/enforce-mountable-secrets} is not looked at.
 */
final class ServiceAccountAdmission implements AdmissionPlugin {

  private static final GroupResource RESOURCE = new GroupResource("", "serviceaccounts");

  private final ObjectStore store;
  private final RandomGenerator random;

  /** The random numbers are for the names of volumes. */
  ServiceAccountAdmission(ObjectStore store, RandomGenerator random) {
    this.store = store;
    this.random = random;
  }

  @Override
  public String name() {
    return "ServiceAccount";
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    ObjectNode pod = createdPod(attributes);
    if (pod == null || isMirror(pod)) {
      return;
    }
    ObjectNode spec = pod.withObject("/spec");
    if (spec.path("serviceAccountName").asText().isEmpty()) {
      spec.put("serviceAccountName", "default");
    }
    String name = spec.path("serviceAccountName").asText();
    // The deprecated name of the field, which kube-apiserver keeps equal.
    spec.put("serviceAccount", name);
    ObjectNode account = account(attributes, name);
    if (automounts(spec, account)) {
      TokenVolume.mount(spec, random);
    }
    JsonNode secrets = account.path("imagePullSecrets");
    if (spec.path("imagePullSecrets").isEmpty() && !secrets.isEmpty()) {
      ArrayNode copies = spec.putArray("imagePullSecrets");
      secrets.forEach(each -> copies.addObject().set("name", each.path("name")));
    }
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode pod = createdPod(attributes);
    if (pod == null) {
      return;
    }
    String name = pod.path("spec").path("serviceAccountName").asText();
    if (isMirror(pod)) {
      if (!name.isEmpty()) {
        throw Refusal.of(attributes, "a mirror pod may not reference service accounts");
      }
    } else if (name.isEmpty()) {
      String pods = attributes.namespace() + '/' + pod.path("metadata").path("name").asText();
      throw Refusal.of(attributes, "no service account specified for pod " + pods);
    } else {
      account(attributes, name);
    }
  }

  private ObjectNode account(AdmissionAttributes attributes, String name) {
    ObjectNode account = store.get(RESOURCE, attributes.namespace(), name);
    if (account == null) {
      throw Refusal.of(
          attributes,
          "error looking up service account "
              + attributes.namespace()
              + '/'
              + name
              + ": serviceaccount \""
              + name
              + "\" not found");
    }
    return account;
  }

  private static @Nullable ObjectNode createdPod(AdmissionAttributes attributes) {
    return attributes.operation() == Operation.CREATE
            && Pods.isPod(attributes)
            && attributes.info().subresource().isEmpty()
        ? attributes.object()
        : null;
  }

  private static boolean isMirror(ObjectNode pod) {
    return pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
  }

  /** The Pod's own wish counts before the account's. */
  private static boolean automounts(ObjectNode spec, ObjectNode account) {
    JsonNode stated = spec.path("automountServiceAccountToken");
    if (!stated.isBoolean()) {
      stated = account.path("automountServiceAccountToken");
    }
    return stated.asBoolean(true);
  }
}
