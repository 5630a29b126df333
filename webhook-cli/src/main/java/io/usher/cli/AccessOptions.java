package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.BootstrapPolicy;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.cli.local.ManifestDocument;
import io.usher.cli.local.ManifestReader;
import io.usher.client.ClusterClient;
import io.usher.webhook.declaration.KnownResource;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is asked for, and where the roles and bindings are that decide. */
final class AccessOptions {

  /** The kinds of RBAC by their plurals. */
  private static final Map<String, String> KINDS =
      Map.of(
          "clusterroles", "ClusterRole",
          "roles", "Role",
          "clusterrolebindings", "ClusterRoleBinding",
          "rolebindings", "RoleBinding");

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Objects of a page: an answer of the client has 4 MiB at most. */
  private static final int PAGE = 250;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "VERB",
      description = "get, list, watch, create, update, patch, delete, deletecollection, ...")
  private String verb;

  @Parameters(
      index = "1",
      paramLabel = "RESOURCE",
      description =
          "a plural, with its group where it is not Kubernetes' own, and an object's name if it is"
              + " about one: pods, widgets.example.com, pods/web; or a path: /healthz")
  private String resource;

  @Option(
      names = "--subresource",
      defaultValue = "",
      paramLabel = "NAME",
      description = "a part of the resource: log, scale")
  private String subresource;

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "",
      paramLabel = "NAME",
      description =
          "where (default: in the cluster as a whole, so that only ClusterRoleBindings count)")
  private String namespace;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description =
          "files of roles and bindings, directories of them, or - for stdin; Kubernetes' default"
              + " roles and bindings are there, too (default: what a cluster has)")
  private List<String> files = List.of();

  @Option(
      names = {"-R", "--recursive"},
      description = "read the sub-folders of directories, too")
  private boolean recursive;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "of the cluster, without -f (default: as kubectl)")
  private @Nullable Path kubeconfig;

  /** The request that is asked for. */
  RequestInfo request() {
    if (resource.startsWith("/")) {
      if (!namespace.isEmpty() || !subresource.isEmpty()) {
        throw usage(resource + " is a path: leave -n and --subresource out");
      }
      return new RequestInfo(false, resource, verb, "", "", "", "", "", "", List.of());
    }
    String[] typeAndName = resource.split("/", 2);
    String[] pluralAndGroup = typeAndName[0].split("\\.", 2);
    String plural = pluralAndGroup[0];
    String stated = pluralAndGroup.length > 1 ? pluralAndGroup[1] : null;
    Optional<KnownResource> known = KnownResource.ofPlural(plural, stated);
    if (known.isEmpty() && stated == null && !plural.equals("*")) {
      spec.commandLine()
          .getErr()
          .printf(
              "%s is no resource of Kubernetes' own: write its plural and its group,"
                  + " widgets.example.com%n",
              plural);
    }
    boolean ofCluster = known.isPresent() && !known.get().namespaced();
    return new RequestInfo(
        true,
        "",
        verb,
        stated != null ? stated : known.map(each -> each.resource().group()).orElse(""),
        "*",
        ofCluster && !plural.equals("namespaces") ? "" : namespace,
        plural,
        subresource,
        typeAndName.length > 1 ? typeAndName[1] : "",
        List.of());
  }

  /**
   * The roles and bindings.
   *
   * @throws IOException when the cluster does not give them
   */
  RbacAuthorizer policies() throws IOException {
    var rbac = new RbacAuthorizer();
    if (files.isEmpty()) {
      try (ClusterClient cluster = open()) {
        for (Map.Entry<String, String> each : KINDS.entrySet()) {
          read(cluster, each.getKey(), each.getValue(), rbac);
        }
      }
      return rbac;
    }
    if (kubeconfig != null) {
      throw usage("-f and --kubeconfig are both there: give one of them");
    }
    BootstrapPolicy.objects().forEach(rbac::put);
    for (ManifestDocument document : new ManifestReader(System.in).read(files, recursive)) {
      ObjectNode object = document.object();
      if (!KINDS.containsValue(object.path("kind").asText())) {
        continue;
      }
      if (object.path("kind").asText().startsWith("Role")
          && object.at("/metadata/namespace").asText().isEmpty()) {
        object.withObject("/metadata").put("namespace", "default");
      }
      try {
        rbac.put(object);
      } catch (IllegalArgumentException e) {
        throw document.invalid(String.valueOf(e.getMessage()));
      }
    }
    return rbac;
  }

  private ClusterClient open() {
    try {
      return ClusterClient.open(kubeconfig, TIMEOUT);
    } catch (IllegalArgumentException e) {
      throw usage("--kubeconfig: " + e.getMessage());
    }
  }

  private static void read(ClusterClient cluster, String plural, String kind, RbacAuthorizer rbac)
      throws IOException {
    String next = "";
    do {
      String path =
          "/apis/"
              + RbacAuthorizer.GROUP
              + "/v1/"
              + plural
              + "?limit="
              + PAGE
              + (next.isEmpty()
                  ? ""
                  : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
      ClusterClient.Answer answer = cluster.get(path);
      if (answer.code() != 200) {
        throw new IOException(
            "read " + plural + ": the cluster answers " + answer.code() + "; it takes verb list");
      }
      JsonNode list = new ObjectMapper().readTree(answer.body());
      for (JsonNode each : list.path("items")) {
        // Items of a list leave their kind out.
        rbac.put(((ObjectNode) each).put("kind", kind));
      }
      next = list.at("/metadata/continue").asText();
    } while (!next.isEmpty());
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
