package io.usher.authority;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whose certificates are kept, and for how long they are good.
 *
 * @param name of the webhook configurations; the Secrets are {@code NAME-authority} and {@code
 *     NAME-tls}
 * @param namespace of the Secrets
 * @param dnsNames the server's
 * @param leafLife of the server's certificate
 * @param authorityLife of the CA
 * @param interval between two looks at the cluster
 */
public record AuthoritySettings(
    String name,
    String namespace,
    List<String> dnsNames,
    Duration leafLife,
    Duration authorityLife,
    Duration interval) {

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");

  /** Also an IPv4 address, in the one form that it has in a certificate. */
  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /**
   * Checks what the parts must be to each other, as well.
   *
   * @throws IllegalArgumentException with the flag that is wrong
   */
  public AuthoritySettings {
    dnsNames = List.copyOf(dnsNames);
    check(DNS_LABEL.matcher(name).matches(), "--name " + name + ": it must be a DNS label");
    check(
        DNS_LABEL.matcher(namespace).matches(),
        "--namespace " + namespace + ": it must be a DNS label");
    check(!dnsNames.isEmpty(), "--dns: a name of the server is needed");
    for (String each : dnsNames) {
      check(DNS_NAME.matcher(each).matches(), "--dns " + each + ": it must be a DNS name");
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
