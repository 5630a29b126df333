package io.usher.authority;

import io.usher.webhook.declaration.DnsName;
import java.time.Duration;
import java.util.List;

/**
 * Whose certificates are kept, and for how long they are good.
 *
 * @param name of the webhook configurations; the Secrets are {@code NAME-authority} and {@code
 *     NAME-tls}
 * @param namespace of the Secrets
 * @param dnsNames the server's
 * @param definitions names of the CustomResourceDefinitions whose objects the server converts
 * @param leafLife of the server's certificate
 * @param authorityLife of the CA
 * @param interval between two looks at the cluster
 */
public record AuthoritySettings(
    String name,
    String namespace,
    List<String> dnsNames,
    List<String> definitions,
    Duration leafLife,
    Duration authorityLife,
    Duration interval) {

  /**
   * Checks what the parts must be to each other, as well.
   *
   * @throws IllegalArgumentException with the flag that is wrong
   */
  public AuthoritySettings {
    dnsNames = List.copyOf(dnsNames);
    definitions = List.copyOf(definitions);
    check(DnsName.isLabel1035(name), "--name " + name + ": it must be a DNS label");
    check(DnsName.isLabel1035(namespace), "--namespace " + namespace + ": it must be a DNS label");
    check(!dnsNames.isEmpty(), "--dns: a name of the server is needed");
    for (String each : dnsNames) {
      check(DnsName.isSubdomain(each), "--dns " + each + ": it must be a DNS name");
    }
    for (String each : definitions) {
      check(
          DnsName.isQualified(each),
          "--definitions "
              + each
              + ": it must be the name of a CustomResourceDefinition, crontabs.stable.example.com");
    }
    // a third of its life is left when it is renewed: several looks must fall into that
    check(
        interval.multipliedBy(6).compareTo(leafLife) <= 0,
        "--interval: it must be a sixth of --leaf-life or less");
    // so what a CA signs on its last day does not outlive it
    check(
        leafLife.multipliedBy(3).compareTo(authorityLife) <= 0,
        "--leaf-life: it must be a third of --ca-life or less");
  }

  /** The Secret of the CA, with its key. */
  String authoritySecret() {
    return name + "-authority";
  }

  /** The Secret that the server's Pods mount. */
  String servingSecret() {
    return name + "-tls";
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
