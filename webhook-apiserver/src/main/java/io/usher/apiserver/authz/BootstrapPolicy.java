package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * The roles and bindings that kube-apiserver 1.36 creates at its start: {@code cluster-admin},
 * {@code admin}, {@code edit}, {@code view} and those of Kubernetes' own parts.
 */
public final class BootstrapPolicy {

  private BootstrapPolicy() {}

  /**
   * The objects, roles before bindings. Those with a namespace are in kube-system or kube-public.
   */
  public static List<ObjectNode> objects() {
    ObjectReader json = new JsonMapper().readerFor(ObjectNode.class);
    try (var in = BootstrapPolicy.class.getResourceAsStream("bootstrap-policy.jsonl")) {
      return json.<ObjectNode>readValues(in).readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Creates those that are not there. Their namespaces must be. What an administrator changed stays
   * changed.
   */
  public static void createIn(ObjectStore store) {
    for (ObjectNode object : objects()) {
      var resource =
          new GroupResource(
              RbacAuthorizer.GROUP, object.path("kind").asText().toLowerCase(Locale.ROOT) + 's');
      String namespace = object.path("metadata").path("namespace").asText();
      String name = object.path("metadata").path("name").asText();
      if (store.get(resource, namespace, name) == null) {
        store.create(resource, object);
      }
    }
  }
}
