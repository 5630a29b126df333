package io.usher.webhook.declaration;

import org.jspecify.annotations.Nullable;

/**
 * A type in a rule's signature.
 *
 * @param name as a source writes it in full, {@code io.fabric8.kubernetes.api.model.Pod}, {@code
 *     void}
 * @param resource whether it is one of fabric8's {@code KubernetesResource}s
 * @param customResource whether it is a {@code CustomResource}
 * @param concrete whether objects can be made of it: no interface, not abstract
 * @param group what {@code @Group} says, or null
 * @param version what {@code @Version} says, or null
 * @param kind what {@code @Kind} says, else the simple name
 * @param plural what {@code @Plural} says, or null
 */
public record TypeDescription(
    String name,
    boolean resource,
    boolean customResource,
    boolean concrete,
    @Nullable String group,
    @Nullable String version,
    String kind,
    @Nullable String plural) {

  private static final String GENERIC = "io.fabric8.kubernetes.api.model.GenericKubernetesResource";
  private static final String JSON_NODE = "com.fasterxml.jackson.databind.JsonNode";
  private static final String OBJECT_NODE = "com.fasterxml.jackson.databind.node.ObjectNode";

  /** A type that is neither a resource nor annotated. */
  public static TypeDescription plain(String name) {
    return new TypeDescription(name, false, false, false, null, null, simple(name), null);
  }

  /** Whether it is this class, by name. */
  boolean is(Class<?> type) {
    return name.equals(type.getName());
  }

  /** Whether it fits objects of every kind: a JSON tree, a {@code GenericKubernetesResource}. */
  public boolean untyped() {
    return name.equals(GENERIC) || name.equals(JSON_NODE) || name.equals(OBJECT_NODE);
  }

  /** Whether it models objects of one kind. */
  boolean typed() {
    return resource && concrete && group != null && version != null && !untyped();
  }

  /** Whether a rule may take an object of this type. */
  boolean view() {
    return untyped() || typed();
  }

  /** {@code apps/v1}, for messages. */
  String apiVersion() {
    return "".equals(group) ? String.valueOf(version) : group + "/" + version;
  }

  /** {@code Deployment (apps/v1)}, for messages. */
  String describe() {
    return simpleName() + " (" + apiVersion() + ")";
  }

  /** The name without its package, for messages. */
  String simpleName() {
    return simple(name);
  }

  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
