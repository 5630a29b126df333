package io.usher.manifest;

import io.usher.webhook.declaration.DnsName;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One server in a cluster, and what it is called there.
 *
 * @param name of each of its objects, a DNS label of at most 50 characters
 * @param namespace which it has for itself, a DNS label
 * @param image as a Pod names it, by tag or digest
 * @param ruleConfig the text of the file that configures the rules, or null
 * @param arguments of {@code usher serve}, beside those that each installation has
 * @param initialize whether its controller changes objects that exist, too
 */
public record Installation(
    String name,
    String namespace,
    String image,
    @Nullable String ruleConfig,
    List<String> arguments,
    boolean initialize) {

  static final String NAME_LABEL = "app.kubernetes.io/name";
  static final String COMPONENT_LABEL = "app.kubernetes.io/component";

  /** Leaves room in a DNS label for the suffixes that objects add. */
  private static final int MAX_NAME = 50;

  /** Nothing that a reference can't hold, so that it needs no quoting anywhere. */
  private static final Pattern IMAGE =
      Pattern.compile("[a-z0-9][a-zA-Z0-9._:/-]*(@sha256:[0-9a-f]{64})?");

  /** With nothing configured for the rules, and no further arguments. */
  public Installation(String name, String namespace, String image) {
    this(name, namespace, image, null, List.of(), false);
  }

  public Installation {
    arguments = List.copyOf(arguments);
    if (!DnsName.isLabel1035(name) || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "name \"%s\": it must be a DNS label of at most %d characters (a-z, 0-9 and -)"
              .formatted(name, MAX_NAME));
    }
    if (!DnsName.isLabel1035(namespace)) {
      throw new IllegalArgumentException(
          "namespace \"%s\": it must be a DNS label (a-z, 0-9 and -)".formatted(namespace));
    }
    if (!IMAGE.matcher(image).matches()) {
      throw new IllegalArgumentException(
          "image \"%s\": it must be NAME:TAG or NAME@sha256:DIGEST".formatted(image));
    }
  }

  /** The names that the API server may call the Service by; the certificate must have them. */
  public List<String> dnsNames() {
    String name = name() + "." + namespace() + ".svc";
    return List.of(name, name + ".cluster.local");
  }

  /** The Secret that holds {@code tls.crt} and {@code tls.key}. */
  String certificateSecret() {
    return name + "-tls";
  }

  /** The ConfigMap that holds what is configured for the rules. */
  String ruleConfigMap() {
    return name + "-rules";
  }

  /** What the controller's objects are called, and its Pods are labelled. */
  String controller() {
    return name + "-controller";
  }

  /** What its Pods, and nothing else in the namespace, are labelled. */
  Map<String, String> selector() {
    return Map.of(NAME_LABEL, name);
  }
}
