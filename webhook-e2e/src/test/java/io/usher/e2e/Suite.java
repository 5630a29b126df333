package io.usher.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What all tests share: one API server, and one Usher with the rule jar. */
final class Suite implements AutoCloseable {

  private final Cluster cluster;
  private final UsherProcess usher;
  private final UsherProcess.Launcher launcher;
  private final Map<Class<?>, Object> shared;
  private final AtomicInteger namespaces = new AtomicInteger();

  private Suite(
      Cluster cluster,
      AuditLog auditLog,
      Credentials credentials,
      UsherProcess.Launcher launcher,
      UsherProcess usher) {
    this.cluster = cluster;
    this.usher = usher;
    this.launcher = launcher;
    this.shared =
        Map.of(
            KubernetesApi.class, cluster.api(),
            Kubectl.class, cluster.kubectl(),
            AuditLog.class, auditLog,
            Credentials.class, credentials,
            UsherProcess.Launcher.class, launcher);
  }

  /** Starts everything, with what the build says in system properties. */
  static Suite start() {
    try {
      Path work = Cluster.emptied(property("usher.e2e.work"));
      var certificates = new CertificateFiles(work.resolve("certificates"), "usher-e2e-ca");
      var auditLog = new AuditLog(work.resolve("audit"));
      var credentials =
          new Credentials(work.resolve("credentials"), certificates, UsherProcess.freePort());
      var flags = new ArrayList<>(auditLog.flags());
      flags.addAll(credentials.apiServerFlags());
      var cluster = new Cluster(property("usher.e2e.assets"), work.resolve("kube"), flags);
      try {
        credentials.createServices(cluster);
        var launcher =
            new UsherProcess.Launcher(
                property("usher.e2e.server"), property("usher.e2e.rules"), work, certificates);
        return new Suite(cluster, auditLog, credentials, launcher, launcher.start("usher"));
      } catch (RuntimeException e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("start the suite's API server", e);
    }
  }

  /** The parts that a test may ask for, by their types. */
  Map<Class<?>, Object> shared() {
    return shared;
  }

  TestNamespace newNamespace() {
    return new TestNamespace(
        cluster, usher, launcher.certificates(), "test-" + namespaces.incrementAndGet());
  }

  private static Path property(String name) {
    String value = System.getProperty(name, "");
    if (value.isEmpty()) {
      throw new IllegalStateException(name + " is not set: run these tests by `make e2e`");
    }
    return Path.of(value);
  }

  @Override
  public void close() {
    usher.close();
    cluster.close();
  }
}
