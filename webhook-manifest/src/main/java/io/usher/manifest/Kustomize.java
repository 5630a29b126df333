package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The kustomizations. {@code base} is the server and {@code register} the webhook configurations,
 * which are applied after it and removed before it; an overlay has both halves, too, and says where
 * the certificate comes from.
 */
final class Kustomize {

  private static final String KUSTOMIZATION = "kustomization.yaml";

  private static final String HEAD =
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      """;

  /** Where the CA goes, in objects of an API group. */
  private record CaTarget(String group, String field) {}

  private static final CaTarget WEBHOOKS =
      new CaTarget("admissionregistration.k8s.io", "webhooks.*.clientConfig.caBundle");

  private static final CaTarget API_SERVICE =
      new CaTarget("apiregistration.k8s.io", "spec.caBundle");

  private static final CaTarget DEFINITIONS =
      new CaTarget("apiextensions.k8s.io", "spec.conversion.webhook.clientConfig.caBundle");

  private final Installation installation;
  private final ManifestFiles files;

  Kustomize(Installation installation, ManifestFiles files) {
    this.installation = installation;
    this.files = files;
  }

  /** The server, without a certificate. */
  void base(List<ObjectNode> server) {
    put("base", HEAD + resources(write("base", server)));
  }

  /**
   * The webhook configurations, which are applied after the server and removed before it. Each
   * overlay has its own, with a CA. Webhooks that only answer at doors, or convert, have none.
   */
  void register(List<ObjectNode> configurations, CertificateObjects certificates) {
    withCa("register", configurations, certificates, WEBHOOKS);
  }

  /** What somebody may want, or not: to be listed under {@code components}. */
  void component(String name, List<ObjectNode> objects) {
    if (!objects.isEmpty()) {
      String folder = "components/" + name;
      put(
          folder,
          "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
              + resources(write(folder, objects)));
    }
  }

  /**
   * Decisions as objects: a component for the server, and a folder with the APIService, which is
   * applied last and removed first. Each overlay has its own, with a CA.
   */
  void decisionApi(DecisionApiObjects api, CertificateObjects certificates) {
    String folder = "components/api";
    put(
        folder,
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
            + resources(write(folder, api.access()))
            + api.patches());
    withCa("api", List.of(api.apiService()), certificates, API_SERVICE);
  }

  /**
   * CustomResourceDefinitions, which are applied after the server and stay when it goes: with one,
   * all of its objects are deleted. Each overlay has its own, with a CA.
   */
  void definitions(List<ObjectNode> definitions, CertificateObjects certificates) {
    withCa("definitions", definitions, certificates, DEFINITIONS);
  }

  /** Objects by which the API server calls: a folder without a CA, and one in each overlay. */
  private void withCa(
      String name, List<ObjectNode> objects, CertificateObjects certificates, CaTarget target) {
    String base = "../../../" + name;
    put(name, HEAD + resources(write(name, objects)));
    put("overlays/cert-manager/" + name, HEAD + resources(List.of(base)) + injection(certificates));
    secretWithCa("overlays/secret/" + name, base, target);
    withCaFile("overlays/self-managed/" + name, base, target);
    put("overlays/kind/" + name, HEAD + resources(List.of("../../secret/" + name)));
  }

  private static String injection(CertificateObjects certificates) {
    return "commonAnnotations:\n  %s: %s\n"
        .formatted(CertificateObjects.INJECT_ANNOTATION, certificates.injectFrom());
  }

  /** The certificate as cert-manager makes and injects it. */
  void certManager(CertificateObjects certificates) {
    String overlay = "overlays/cert-manager";
    files.put(overlay + "/certificates.yaml", KubernetesYaml.write(certificates.all()));
    put(overlay, HEAD + resources(List.of("../../base", "certificates.yaml")));
  }

  /** The certificate in files of the overlay, as {@code usher certs} writes them. */
  void secret() {
    put("overlays/secret", HEAD + resources(List.of("../../base", "certificate")));
    put(
        "overlays/secret/certificate",
        HEAD
            + """
              secretGenerator:
              - name: %s
                namespace: %s
                type: kubernetes.io/tls
                # usher certs --dns %s --out .
                files:
                - tls.crt
                - tls.key
                - ca.crt
                options:
                  # the server follows its changes, no Pod needs to start for them
                  disableNameSuffixHash: true
              """
                .formatted(
                    installation.certificateSecret(),
                    installation.namespace(),
                    String.join(",", installation.dnsNames())));
  }

  /** Objects that get the CA of the certificate's files. */
  private void secretWithCa(String folder, String objects, CaTarget target) {
    put(
        folder,
        HEAD
            + resources(List.of(objects, "../certificate"))
            + """
              patches:
              - patch: |
                  apiVersion: v1
                  kind: Secret
                  metadata:
                    name: %1$s
                    namespace: %2$s
                    annotations:
                      # read below, and not applied with the configurations
                      config.kubernetes.io/local-config: "true"
              """
                .formatted(installation.certificateSecret(), installation.namespace())
            + caOf(installation.certificateSecret(), target));
  }

  /** The certificate as {@code usher authority} makes it. */
  void selfManaged(List<ObjectNode> authority) {
    String overlay = "overlays/self-managed";
    files.put(overlay + "/authority.yaml", KubernetesYaml.write(authority));
    put(overlay, HEAD + resources(List.of("../../base", "authority.yaml")));
  }

  /** Objects with a CA from the start on: without one, each call fails. */
  private void withCaFile(String folder, String objects, CaTarget target) {
    put(
        folder,
        HEAD
            + resources(List.of(objects))
            + """
              secretGenerator:
              - name: ca
                # %s
                files:
                - ca.crt
                options:
                  disableNameSuffixHash: true
                  annotations:
                    # read below, and not applied itself
                    config.kubernetes.io/local-config: "true"
              """
                .formatted(
                    "kubectl get secret %s -n %s -o go-template='{{index .data \"ca.crt\" | base64decode}}'"
                        .formatted(installation.certificateSecret(), installation.namespace()))
            + caOf("ca", target));
  }

  /** The CA of this Secret in these fields. */
  private static String caOf(String secret, CaTarget target) {
    return """
        replacements:
        - source:
            kind: Secret
            name: %s
            fieldPath: data.[ca.crt]
          targets:
          - select:
              group: %s
            fieldPaths:
            - %s
            options:
              create: true
        """
        .formatted(secret, target.group(), target.field());
  }

  /**
   * For a cluster of containers on one machine, to which the image was loaded.
   *
   * @param controlled whether there is a controller
   */
  void kind(boolean controlled) {
    put(
        "overlays/kind",
        HEAD
            + resources(List.of("../secret"))
            + """
              patches:
              # nothing there measures what a Pod uses: the number of replicas stays
              - patch: |
                  apiVersion: autoscaling/v2
                  kind: HorizontalPodAutoscaler
                  metadata:
                    name: %1$s
                    namespace: %2$s
                  $patch: delete
              - patch: |
                  apiVersion: apps/v1
                  kind: Deployment
                  metadata:
                    name: %1$s
                    namespace: %2$s
                  spec:
                    replicas: %3$d
                    template:
                      spec:
                        containers:
                        - name: usher
                          imagePullPolicy: Never
              """
                .formatted(installation.name(), installation.namespace(), ServerObjects.REPLICAS)
            + (controlled
                ? """
                  - patch: |
                      apiVersion: apps/v1
                      kind: Deployment
                      metadata:
                        name: %s
                        namespace: %s
                      spec:
                        template:
                          spec:
                            containers:
                            - name: usher
                              imagePullPolicy: Never
                  """
                    .formatted(installation.controller(), installation.namespace())
                : ""));
  }

  private void put(String folder, String kustomization) {
    files.put(folder + "/" + KUSTOMIZATION, kustomization);
  }

  /** One file for each kind. */
  private List<String> write(String folder, List<ObjectNode> objects) {
    var names = new ArrayList<String>();
    objects.stream()
        .collect(
            Collectors.groupingBy(
                object -> object.path("kind").asText(), LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (kind, ofKind) -> {
              String name = kind.toLowerCase(Locale.ROOT) + ".yaml";
              files.put(folder + "/" + name, KubernetesYaml.write(ofKind));
              names.add(name);
            });
    return names;
  }

  private static String resources(List<String> names) {
    return names.stream()
        .map(name -> "- " + name + "\n")
        .collect(Collectors.joining("", "resources:\n", ""));
  }
}
