package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * kube-apiserver and {@code usher apiserver}, which know the same callers and admit by the same
 * plugins. Both have namespace {@value #NAMESPACE} with what a controller makes in it.
 */
final class TwoServers implements AutoCloseable {

  /** Where the kubeconfigs lead to. */
  static final String NAMESPACE = "steps";

  /** What kube-apiserver has by default and {@code usher apiserver} has not. */
  private static final String OTHER_PLUGINS =
      "Priority,DefaultTolerationSeconds,StorageObjectInUseProtection,TaintNodesByCondition,"
          + "DefaultStorageClass";

  private final PlainApiServer real;
  private final ApiServerProcess own;
  private final String ownKubeconfig;

  /**
   * Starts both.
   *
   * @param work an empty folder
   * @param flags of both
   */
  TwoServers(Path work, String... flags) throws IOException {
    var flagsOfReal =
        new ArrayList<>(
            List.of("--authorization-mode=RBAC", "--disable-admission-plugins=" + OTHER_PLUGINS));
    flagsOfReal.addAll(List.of(flags));
    real =
        new PlainApiServer(
            assets(),
            Files.createDirectory(work.resolve("real")),
            flagsOfReal.toArray(String[]::new));
    try {
      int port = UsherProcess.freePort();
      var launcher =
          ApiServerProcess.Launcher.create(
              Path.of(System.getProperty("usher.e2e.server")),
              Files.createDirectory(work.resolve("own")));
      own = launcher.start(port, flags);
      ownKubeconfig = launcher.kubeconfig(port);
    } catch (IOException | RuntimeException | Error e) {
      real.close();
      throw e;
    }
    try {
      prepare();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void prepare() {
    for (KubernetesApi api : apis()) {
      api.create("/api/v1/namespaces", named("Namespace", NAMESPACE)).accepted();
    }
    String namespace = "/api/v1/namespaces/" + NAMESPACE;
    real.api().create(namespace + "/serviceaccounts", named("ServiceAccount", "default"));
    Eventually.eventually(() -> own.api().get(namespace + "/serviceaccounts/default").accepted());
    Eventually.eventually(
        () ->
            assertThat(
                    real.api()
                        .create(
                            namespace + "/configmaps",
                            withoutServersOwn(
                                own.api().get(namespace + "/configmaps/kube-root-ca.crt")))
                        .status())
                .isIn(201, 409));
  }

  /**
   * Runs a controller of kube-controller-manager beside kube-apiserver.
   *
   * @param work a folder for what it keeps
   */
  void runController(Path work, String name) throws IOException {
    Path kubeconfig = Files.writeString(work.resolve("controllers.yaml"), real.kubeconfig());
    real.start(
        work.resolve("controllers.log"),
        List.of(
            assets().resolve("kube-controller-manager").toString(),
            "--kubeconfig=" + kubeconfig,
            "--controllers=" + name,
            "--leader-elect=false",
            "--secure-port=0",
            "--cert-dir=" + work));
  }

  private static ObjectNode named(String kind, String name) {
    ObjectNode object = Documents.yaml("{apiVersion: v1}").put("kind", kind);
    object.withObject("/metadata").put("name", name);
    return object;
  }

  private static ObjectNode withoutServersOwn(Answer answer) {
    ObjectNode object = answer.accepted().body().deepCopy();
    object.withObject("/metadata").remove(List.of("uid", "resourceVersion", "creationTimestamp"));
    return object;
  }

  /** Both, to their administrators. */
  List<KubernetesApi> apis() {
    return List.of(real.api(), own.api());
  }

  /** The folder of kube-apiserver, etcd and kubectl. */
  static Path assets() {
    return Path.of(System.getProperty("usher.e2e.assets"));
  }

  /** A kubeconfig of the administrator of kube-apiserver. */
  String realKubeconfig() throws IOException {
    return inNamespace(real.kubeconfig());
  }

  /** A kubeconfig of the administrator of {@code usher apiserver}. */
  String ownKubeconfig() {
    return inNamespace(ownKubeconfig);
  }

  private static String inNamespace(String kubeconfig) {
    ObjectNode tree = Documents.yaml(kubeconfig);
    ((ObjectNode) tree.at("/contexts/0/context")).put("namespace", NAMESPACE);
    return tree.toString();
  }

  /**
   * What both say.
   *
   * @param real of kube-apiserver
   * @param own of {@code usher apiserver}
   */
  record Both<T>(T real, T own) {
    /** Asks both at once. */
    <R> Both<R> ask(Function<T, R> question) {
      var later = CompletableFuture.supplyAsync(() -> question.apply(real));
      R ofOwn = question.apply(own);
      return new Both<>(later.join(), ofOwn);
    }
  }

  @Override
  public void close() {
    own.close();
    real.close();
  }
}
