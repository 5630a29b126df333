package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.random.RandomGenerator;

/** The volume with a service account's token, and its mounts. */
final class TokenVolume {

  private static final String PREFIX = "kube-api-access-";
  private static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** An hour and some seconds, by which kube-apiserver knows a token that nobody asked for. */
  private static final int EXPIRATION_SECONDS = 3607;

  /** k8s.io/apimachinery's {@code util/rand}: no vowels, so that no words come of it. */
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

  private static final int SUFFIX_LENGTH = 5;

  private TokenVolume() {}

  /** Mounts the token in each container that has nothing in its place. */
  static void mount(ObjectNode spec, RandomGenerator random) {
    String existing = existing(spec);
    String name = existing.isEmpty() ? PREFIX + suffix(random) : existing;
    boolean mounted = false;
    for (String kind : new String[] {"initContainers", "containers"}) {
      for (JsonNode container : spec.path(kind)) {
        if (container instanceof ObjectNode object && !isMounted(object)) {
          Pods.withArray(object, "volumeMounts")
              .addObject()
              .put("name", name)
              .put("readOnly", true)
              .put("mountPath", PATH);
          mounted = true;
        }
      }
    }
    if (mounted && existing.isEmpty()) {
      addTo(Pods.withArray(spec, "volumes"), name);
    }
  }

  private static void addTo(ArrayNode volumes, String name) {
    ObjectNode volume = volumes.addObject().put("name", name);
    ObjectNode projected = volume.putObject("projected");
    ArrayNode sources = projected.putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("expirationSeconds", EXPIRATION_SECONDS)
        .put("path", "token");
    ObjectNode authority = sources.addObject().putObject("configMap");
    authority.put("name", "kube-root-ca.crt");
    authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
    ObjectNode namespace =
        sources.addObject().putObject("downwardAPI").putArray("items").addObject();
    namespace.put("path", "namespace");
    namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
    projected.put("defaultMode", 0644);
  }

  private static String existing(ObjectNode spec) {
    for (JsonNode volume : spec.path("volumes")) {
      String name = volume.path("name").asText();
      if (name.startsWith(PREFIX)) {
        return name;
      }
    }
    return "";
  }

  private static boolean isMounted(ObjectNode container) {
    for (JsonNode mount : container.path("volumeMounts")) {
      if (mount.path("mountPath").asText().equals(PATH)) {
        return true;
      }
    }
    return false;
  }

  private static String suffix(RandomGenerator random) {
    var suffix = new StringBuilder();
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      suffix.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return suffix.toString();
  }
}
