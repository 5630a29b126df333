package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who gets in while nobody is behind the doors, by the files that {@code usher manifests
 * --for-apiserver} writes, and by others with the webhook in front of RBAC.
 *
 * <p>Answers are kept for seconds here, and the server comes back when they no longer count. With
 * {@code -Dusher.e2e.absence=full} they are kept as the files say, and it is away for five minutes.
 */
@ExtendWith(ClusterExtension.class)
@Timeout(900)
final class AbsenceIT {

  private static final boolean FULL = System.getProperty("usher.e2e.absence", "").equals("full");
  private static final Duration AWAY = FULL ? Duration.ofMinutes(5) : Duration.ZERO;

  private static final String DOOR = "entrance.e2e.usher.io";
  private static final String PAGE = "control-plane.md";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";

  /** Whom the rules of {@link EntranceRules} let read; RBAC knows nothing of them. */
  private static final String READERS = "readers";

  /** Whom RBAC lets read. */
  private static final String VIEWERS = "viewers";

  private static final String OTHERS = "others";

  /** Where the webhook is among the authorizers. */
  private static final String BEHIND = "behind";

  private static final String IN_FRONT = "in-front";

  /** How long answers count in the short form: longer than asking everybody takes. */
  private static final String KEPT = "30s";

  @TempDir private Path work;

  private final UsherProcess.Launcher launcher;
  private final CertificateFiles certificates;
  private final int port = UsherProcess.freePort();

  AbsenceIT(UsherProcess.Launcher launcher) throws IOException {
    this.certificates = launcher.certificates();
    this.launcher =
        new UsherProcess.Launcher(
            launcher.server(),
            RuleJar.write(launcher.work().resolve("absence.jar"), EntranceRules.class),
            launcher.work(),
            certificates);
  }

  /** Whose answer somebody gets. */
  private enum Answered {
    /** That of others: the webhook is not needed. */
    BY_OTHERS,
    /** The webhook's, which has answered before and whose answer is kept. */
    BEFORE,
    /** The webhook's, which was not asked before. */
    FIRST
  }

  /**
   * Somebody who asks all servers for the same.
   *
   * @param who for the page
   * @param shows the APIs as he sees them
   */
  private record Caller(String who, Answered answered, String path, List<KubernetesApi> shows) {

    List<Integer> ask() {
      return shows.stream().map(api -> api.get(path).status()).toList();
    }
  }

  @Test
  void thoseGetInWhoDoByThePage() throws Exception {
    for (String group : List.of(READERS, VIEWERS, OTHERS)) {
      certificates.issueTo(group, "CN=one,O=" + group);
    }
    certificates.issueTo("late", "CN=late,O=" + READERS);
    var table =
        new PageTable(
            "who asks",
            "before",
            "away, at first",
            "away, later",
            "away, later, webhook in front, `NoOpinion`",
            "away, later, webhook in front, `Deny`",
            "back, at once");
    try (var behind = start(BEHIND, "NoOpinion");
        var lenient = start(IN_FRONT, "NoOpinion");
        var strict = start(IN_FRONT, "Deny")) {
      List<Caller> callers = callers(List.of(behind, lenient, strict));
      Map<Caller, List<Integer>> before = new HashMap<>();
      try (var usher = startUsher()) {
        assertThat(usher.port()).isEqualTo(port);
        awaitRoles(callers);
        callers.stream()
            .filter(each -> each.answered() != Answered.FIRST)
            .forEach(each -> before.put(each, each.ask()));
      }
      Instant gone = Instant.now();
      var atFirst = askAll(callers);
      awaitThatNothingIsKept(callers, atFirst, gone);
      Instant start = Instant.now();
      var later = askAll(callers);
      tell("all %d answers took %s", 3 * callers.size(), since(start));
      try (var usher = startUsher()) {
        assertThat(usher.port()).isEqualTo(port);
        var back = askAll(callers);
        for (Caller each : callers) {
          List<Integer> apart = later.get(each);
          table.row(
              each.who(),
              before.containsKey(each) ? same(before.get(each)) : "",
              same(atFirst.get(each)),
              apart.get(0).toString(),
              apart.get(1).toString(),
              apart.get(2).toString(),
              same(back.get(each)));
        }
      }
    }
    table.requireSame(PAGE);
  }

  private static Map<Caller, List<Integer>> askAll(List<Caller> callers) {
    Map<Caller, List<Integer>> answers = new HashMap<>();
    callers.forEach(each -> answers.put(each, each.ask()));
    return answers;
  }

  /** What all servers have answered. */
  private static String same(List<Integer> statuses) {
    assertThat(statuses).containsOnly(statuses.get(0));
    return statuses.get(0).toString();
  }

  /** RBAC learns of its objects by watches. */
  private static void awaitRoles(List<Caller> callers) {
    for (Caller each : callers) {
      if (each.who().endsWith(", RBAC allows it") && each.answered() == Answered.BY_OTHERS) {
        eventually(() -> assertThat(each.ask()).containsOnly(200));
      }
    }
  }

  private List<Caller> callers(List<PlainApiServer> servers) {
    return List.of(
        caller(servers, "member of `system:masters`", Answered.BY_OTHERS, PlainApiServer::api),
        caller(
            servers,
            "certificate, RBAC allows it",
            Answered.BY_OTHERS,
            server -> server.api(certificates, VIEWERS)),
        caller(
            servers,
            "ServiceAccount, RBAC allows it",
            Answered.BY_OTHERS,
            server -> server.api(token(server, "default"))),
        caller(
            servers,
            "ServiceAccount of `kube-system`, RBAC does not allow it",
            Answered.BY_OTHERS,
            server -> server.api(token(server, "kube-system"))),
        caller(
            servers,
            "no credential, `/livez`",
            Answered.BY_OTHERS,
            "/livez",
            server -> server.api("")),
        caller(
            servers,
            "certificate, the webhook has allowed it",
            Answered.BEFORE,
            server -> server.api(certificates, READERS)),
        caller(
            servers,
            "certificate, the webhook would allow it",
            Answered.FIRST,
            server -> server.api(certificates, "late")),
        caller(
            servers,
            "certificate, nobody has allowed it",
            Answered.BEFORE,
            server -> server.api(certificates, OTHERS)),
        caller(
            servers,
            "token that the webhook has known, RBAC allows it",
            Answered.BEFORE,
            server -> server.api("e2e.early." + VIEWERS)),
        caller(
            servers,
            "token that the webhook would know, RBAC allows it",
            Answered.FIRST,
            server -> server.api("e2e.late." + VIEWERS)));
  }

  private static Caller caller(
      List<PlainApiServer> servers,
      String who,
      Answered answered,
      Function<PlainApiServer, KubernetesApi> shows) {
    return caller(servers, who, answered, MAPS, shows);
  }

  private static Caller caller(
      List<PlainApiServer> servers,
      String who,
      Answered answered,
      String path,
      Function<PlainApiServer, KubernetesApi> shows) {
    return new Caller(who, answered, path, servers.stream().map(shows).toList());
  }

  /** Tells how long answers have counted, and waits for the end of the absence. */
  private static void awaitThatNothingIsKept(
      List<Caller> callers, Map<Caller, List<Integer>> atFirst, Instant gone) {
    for (Caller each : callers) {
      if (each.answered() == Answered.BEFORE) {
        int kept = Integer.parseInt(same(atFirst.get(each)));
        eventually(() -> assertThat(each.ask()).doesNotContain(kept));
        tell("%s: no longer kept after %s at the latest", each.who(), since(gone));
      }
    }
    Duration left = AWAY.minus(since(gone));
    if (!left.isNegative()) {
      TestNamespace.pause(left);
    }
  }

  private static Duration since(Instant start) {
    return Duration.between(start, Instant.now());
  }

  private static void tell(String format, Object... values) {
    System.out.printf("absence: " + format + "%n", values);
  }

  /** Starts one with the webhook where it is generated, behind Node and RBAC, or in front. */
  private PlainApiServer start(String place, String failurePolicy) throws Exception {
    Path folder = work.resolve(place + "-" + failurePolicy);
    var files = new ControlPlaneFiles(launcher, folder.resolve("files"));
    files.bringCertificates();
    var flags =
        new ArrayList<>(
            List.of(
                files.write(
                    "--for-apiserver",
                    "--server=https://127.0.0.1:" + port,
                    "--authenticate=" + DOOR,
                    "--authorize=" + DOOR)));
    Path file = files.file("authorization.yaml");
    ObjectNode authorization = Documents.stream(file).get(0);
    ArrayNode authorizers = (ArrayNode) authorization.get("authorizers");
    ObjectNode webhook = (ObjectNode) authorizers.at("/2/webhook");
    webhook.put("failurePolicy", failurePolicy);
    if (!FULL) {
      webhook.put("authorizedTTL", KEPT).put("unauthorizedTTL", KEPT);
      flags.replaceAll(flag -> flag.replace("cache-ttl=1m", "cache-ttl=" + KEPT));
    }
    if (place.equals(IN_FRONT)) {
      authorizers.insert(0, authorizers.remove(2));
    }
    Files.writeString(file, authorization.toString());
    flags.add("--client-ca-file=" + certificates.ca());
    var server =
        new PlainApiServer(
            Path.of(System.getProperty("usher.e2e.assets")),
            Files.createDirectories(folder.resolve("server")),
            flags.toArray(String[]::new));
    letViewersRead(server.api());
    return server;
  }

  private static void letViewersRead(KubernetesApi api) {
    api.create(
            RBAC + "clusterroles",
            Documents.yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: viewers}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [get, list]}
                """))
        .accepted();
    api.create(
            RBAC + "clusterrolebindings",
            Documents.yaml(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: viewers}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: viewers}
                subjects:
                - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: viewers}
                - {kind: ServiceAccount, name: viewer, namespace: default}
                """))
        .accepted();
  }

  /** Of account {@code viewer} in this namespace, which is made. */
  private static String token(PlainApiServer server, String namespace) {
    String accounts = "/api/v1/namespaces/" + namespace + "/serviceaccounts";
    KubernetesApi api = server.api();
    api.create(
            accounts,
            Documents.yaml("{apiVersion: v1, kind: ServiceAccount, metadata: {name: viewer}}"))
        .accepted();
    return api.create(
            accounts + "/viewer/token",
            Documents.yaml("{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {}}"))
        .accepted()
        .at("/status/token")
        .asText();
  }

  private UsherProcess startUsher() {
    return launcher.start(
        "absence",
        new String[] {"127.0.0.1"},
        port,
        List.of("--client-ca=" + certificates.ca(), "--client-names=kube-apiserver"));
  }
}
