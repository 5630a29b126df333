package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/** The objects as {@code kubectl apply -f} takes them, with the certificate from cert-manager. */
final class PlainYaml {

  private final ManifestFiles files;

  PlainYaml(ManifestFiles files) {
    this.files = files;
  }

  /**
   * {@code server.yaml}, then {@code register.yaml}; {@code monitoring.yaml} if there's an
   * operator.
   */
  void write(
      List<ObjectNode> server,
      CertificateObjects certificates,
      List<ObjectNode> monitoring,
      List<ObjectNode> registration) {
    List<ObjectNode> withCertificates =
        Stream.concat(server.stream(), certificates.all().stream()).toList();
    files.put("plain/server.yaml", KubernetesYaml.write(withCertificates));
    files.put("plain/monitoring.yaml", KubernetesYaml.write(monitoring));
    files.put(
        "plain/register.yaml",
        KubernetesYaml.write(registration.stream().map(o -> injected(o, certificates)).toList()));
  }

  private static ObjectNode injected(ObjectNode configuration, CertificateObjects certificates) {
    ObjectNode copy = configuration.deepCopy();
    ((ObjectNode) copy.get("metadata"))
        .putObject("annotations")
        .put(CertificateObjects.INJECT_ANNOTATION, certificates.injectFrom());
    return copy;
  }
}
