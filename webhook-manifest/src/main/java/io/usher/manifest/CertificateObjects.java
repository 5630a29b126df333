package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * cert-manager's objects. The server's certificate is of a CA that lives long, so that the bundle
 * in the webhook configurations stays the same when the certificate is renewed.
 */
final class CertificateObjects {

  /** Has cert-manager's injector put the CA of this Certificate into the object. */
  static final String INJECT_ANNOTATION = "cert-manager.io/inject-ca-from";

  private static final String HEAD =
      """
      apiVersion: cert-manager.io/v1
      kind: %s
      metadata:
        name: %s
        namespace: %s
        labels:
          app.kubernetes.io/name: %s
      """;

  private final Installation installation;

  CertificateObjects(Installation installation) {
    this.installation = installation;
  }

  /** The value of {@link #INJECT_ANNOTATION}. */
  String injectFrom() {
    return installation.namespace() + "/" + installation.certificateSecret();
  }

  /** A copy of an object that gets its CA from cert-manager. */
  ObjectNode injectedInto(ObjectNode configuration) {
    ObjectNode copy = configuration.deepCopy();
    ((ObjectNode) copy.get("metadata"))
        .withObjectProperty("annotations")
        .put(INJECT_ANNOTATION, injectFrom());
    return copy;
  }

  /** A CA with its issuers, and the server's certificate. */
  List<ObjectNode> all() {
    String ca = installation.name() + "-ca";
    String selfSigned = installation.name() + "-self-signed";
    return List.of(
        object("Issuer", selfSigned, "spec:\n  selfSigned: {}\n"),
        object(
            "Certificate",
            ca,
            """
            spec:
              secretName: %1$s
              isCA: true
              commonName: %1$s
              duration: 87600h
              privateKey:
                algorithm: ECDSA
                size: 256
              usages:
              - cert sign
              - crl sign
              issuerRef:
                name: %2$s
                kind: Issuer
            """
                .formatted(ca, selfSigned)),
        object("Issuer", ca, "spec:\n  ca:\n    secretName: %s\n".formatted(ca)),
        object(
            "Certificate",
            installation.certificateSecret(),
            """
            spec:
              secretName: %s
              dnsNames:
              - %s
              duration: 2160h
              privateKey:
                algorithm: ECDSA
                size: 256
                rotationPolicy: Always
              usages:
              - server auth
              issuerRef:
                name: %s
                kind: Issuer
            """
                .formatted(
                    installation.certificateSecret(),
                    String.join("\n  - ", installation.dnsNames()),
                    ca)));
  }

  private ObjectNode object(String kind, String name, String spec) {
    return KubernetesYaml.parse(
        HEAD.formatted(kind, name, installation.namespace(), installation.name()) + spec);
  }
}
