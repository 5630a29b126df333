package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.manifest.ControlPlane.Doors;
import io.usher.manifest.ControlPlane.Issuer;
import io.usher.rule.Door;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes kube-apiserver ask a server who somebody is and whether he may: its configuration, the
 * kubeconfigs that lead to the doors, and the flags that name both.
 */
final class ApiServerFiles {

  private static final String CONFIG = "apiserver.config.k8s.io/v1";

  /**
   * Who must get by though the server is down: nodes, the control plane, what repairs the cluster,
   * and the server itself, if it asks kube-apiserver anything. CEL over a SubjectAccessReview v1.
   */
  private static final List<String> NEVER_ASKED_FOR =
      List.of(
          "!('system:nodes' in request.groups)",
          "!('system:serviceaccounts:kube-system' in request.groups)",
          "!request.user.startsWith('system:kube-')",
          "request.user != 'system:apiserver'");

  private final ControlPlane plane;
  private final Doors doors;
  private final String namespace;

  /**
   * @param namespace of the server's Pods, if it has such: its ServiceAccount is not asked for
   */
  ApiServerFiles(ControlPlane plane, Doors doors, String namespace) {
    this.plane = plane;
    this.doors = doors;
    this.namespace = namespace;
  }

  ManifestFiles all() {
    var files = new ManifestFiles();
    var flags = new ArrayList<String>();
    if (doors.authentication() != null) {
      String file = "authentication-webhook.kubeconfig";
      put(files, file, kubeconfig(Door.AUTHENTICATION.path(doors.authentication())));
      flags.add("--authentication-token-webhook-config-file=" + plane.file(file));
      flags.add("--authentication-token-webhook-version=v1");
      // A token that is withdrawn counts no longer than this.
      flags.add("--authentication-token-webhook-cache-ttl=1m");
    }
    put(files, "authentication.yaml", authentication());
    flags.add("--authentication-config=" + plane.file("authentication.yaml"));
    if (doors.authorization() != null) {
      String file = "authorization-webhook.kubeconfig";
      put(files, file, kubeconfig(Door.AUTHORIZATION.path(doors.authorization())));
      put(files, "authorization.yaml", authorization(plane.file(file)));
      flags.add("--authorization-config=" + plane.file("authorization.yaml"));
    }
    files.put("kube-apiserver.flags", String.join("\n", flags) + '\n');
    return files;
  }

  private static void put(ManifestFiles files, String name, ObjectNode object) {
    files.put(name, KubernetesYaml.write(List.of(object)));
  }

  /** Paths alone: a key that is in no file of ours leaks from none. */
  private ObjectNode kubeconfig(String path) {
    return KubernetesYaml.parse(
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: usher
          cluster: {certificate-authority: "%s", server: "%s"}
        users:
        - name: kube-apiserver
          user: {client-certificate: "%s", client-key: "%s"}
        contexts:
        - name: usher
          context: {cluster: usher, user: kube-apiserver}
        current-context: usher
        """
            .formatted(
                plane.file(ControlPlane.AUTHORITY),
                plane.server() + path,
                plane.file("kube-apiserver.crt"),
                plane.file("kube-apiserver.key")));
  }

  /** Nobody comes without a credential but to the paths that probes ask. */
  private ObjectNode authentication() {
    ObjectNode root =
        KubernetesYaml.parse(
            """
            apiVersion: %s
            kind: AuthenticationConfiguration
            anonymous:
              enabled: true
              conditions:
              - path: /livez
              - path: /readyz
              - path: /healthz
            """
                .formatted(CONFIG));
    if (!doors.issuers().isEmpty()) {
      ArrayNode jwt = root.putArray("jwt");
      doors.issuers().forEach(issuer -> jwt.add(jwt(issuer)));
    }
    return root;
  }

  /** With prefixes, as an issuer that names a user {@code system:admin} would be one otherwise. */
  private ObjectNode jwt(Issuer issuer) {
    ObjectNode jwt =
        KubernetesYaml.parse(
            """
            userValidationRules:
            - expression: "!user.username.startsWith('system:')"
              message: the name is one of Kubernetes' own
            - expression: "user.groups.all(group, !group.startsWith('system:'))"
              message: a group is one of Kubernetes' own
            """);
    ObjectNode of = jwt.putObject("issuer").put("url", issuer.url());
    if (doors.issuerAuthority() != null) {
      of.put("certificateAuthority", doors.issuerAuthority());
    }
    of.putArray("audiences").add(issuer.audience());
    ObjectNode mappings = jwt.putObject("claimMappings");
    String prefix = issuer.url() + '#';
    mappings.putObject("username").put("claim", "sub").put("prefix", prefix);
    mappings.putObject("groups").put("claim", "groups").put("prefix", prefix);
    return jwt;
  }

  /** Behind Node and RBAC: what they allow does not wait for the server. */
  private ObjectNode authorization(String kubeconfig) {
    ObjectNode root =
        KubernetesYaml.parse(
            """
            apiVersion: %s
            kind: AuthorizationConfiguration
            authorizers:
            - {type: Node, name: node}
            - {type: RBAC, name: rbac}
            - type: Webhook
              name: %s
              webhook:
                subjectAccessReviewVersion: v1
                matchConditionSubjectAccessReviewVersion: v1
                timeout: 3s
                failurePolicy: NoOpinion
                authorizedTTL: 1m
                unauthorizedTTL: 10s
                connectionInfo: {type: KubeConfigFile, kubeConfigFile: "%s"}
            """
                .formatted(CONFIG, plane.name(), kubeconfig));
    ArrayNode conditions =
        ((ObjectNode) root.at("/authorizers/2/webhook")).putArray("matchConditions");
    NEVER_ASKED_FOR.forEach(each -> conditions.addObject().put("expression", each));
    conditions
        .addObject()
        .put("expression", "!('system:serviceaccounts:" + namespace + "' in request.groups)");
    return root;
  }
}
