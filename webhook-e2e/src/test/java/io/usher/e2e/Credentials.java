package io.usher.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the API server shows to a webhook, by the Service that it calls: an AdmissionConfiguration
 * names credentials for hosts.
 */
final class Credentials {

  /** A Service, named after what the API server shows there. */
  enum Shown {
    NOTHING,
    CERTIFICATE,
    CERTIFICATE_OF_ANOTHER_NAME,
    UNTRUSTED_CERTIFICATE,
    TOKEN,
    WRONG_TOKEN,
    PASSWORD,
    WRONG_PASSWORD;

    String service() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Path folder;
  private final int port;
  private final CertificateFiles certificates;

  /**
   * Writes all files.
   *
   * @param port where the server that asks for credentials will listen
   */
  Credentials(Path folder, CertificateFiles certificates, int port) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.port = port;
    this.certificates = certificates;
    certificates.issue("api-server");
    certificates.issue("another-client");
    var untrusted = new CertificateFiles(folder.resolve("untrusted"), "untrusted-ca");
    untrusted.issue("api-server");
    Files.writeString(folder.resolve("tokens"), "the-right-token\n");
    Files.writeString(folder.resolve("passwords"), "api-server:the-right-password\n");

    ObjectNode kubeconfig = Documents.yaml("{apiVersion: v1, kind: Config, users: []}");
    showCertificate(kubeconfig, Shown.CERTIFICATE, certificates, "api-server");
    showCertificate(kubeconfig, Shown.CERTIFICATE_OF_ANOTHER_NAME, certificates, "another-client");
    showCertificate(kubeconfig, Shown.UNTRUSTED_CERTIFICATE, untrusted, "api-server");
    user(kubeconfig, Shown.TOKEN).put("token", "the-right-token");
    user(kubeconfig, Shown.WRONG_TOKEN).put("token", "a-wrong-token");
    user(kubeconfig, Shown.PASSWORD)
        .put("username", "api-server")
        .put("password", "the-right-password");
    user(kubeconfig, Shown.WRONG_PASSWORD)
        .put("username", "api-server")
        .put("password", "a-wrong-password");
    Files.writeString(folder.resolve("kubeconfig"), kubeconfig.toString());

    ObjectNode admission =
        Documents.yaml(
            "{apiVersion: apiserver.config.k8s.io/v1, kind: AdmissionConfiguration, plugins: []}");
    for (String plugin : List.of("MutatingAdmissionWebhook", "ValidatingAdmissionWebhook")) {
      admission
          .withArray("/plugins")
          .addObject()
          .put("name", plugin)
          .putObject("configuration")
          .put("apiVersion", "apiserver.config.k8s.io/v1")
          .put("kind", "WebhookAdmissionConfiguration")
          .put("kubeConfigFile", folder.resolve("kubeconfig").toString());
    }
    Files.writeString(folder.resolve("admission.yaml"), admission.toString());
  }

  /** What makes kube-apiserver show them. */
  List<String> apiServerFlags() {
    return List.of("--admission-control-config-file=" + folder.resolve("admission.yaml"));
  }

  /** Starts a server that knows the right ones, with these rules of who may call which path. */
  UsherProcess start(UsherProcess.Launcher launcher, String... authenticate) {
    var flags =
        new ArrayList<>(
            List.of(
                "--client-ca=" + certificates.ca(),
                "--client-names=api-server",
                "--token-file=" + folder.resolve("tokens"),
                "--password-file=" + folder.resolve("passwords")));
    Arrays.stream(authenticate).map(rule -> "--authenticate=" + rule).forEach(flags::add);
    return launcher.start("credentials", port, flags);
  }

  /** Creates the Services. */
  void createServices(Cluster cluster) {
    for (Shown shown : Shown.values()) {
      cluster.createUsherService(shown.service());
    }
  }

  private void showCertificate(
      ObjectNode kubeconfig, Shown shown, CertificateFiles issuer, String name) {
    user(kubeconfig, shown)
        .put("client-certificate", issuer.certificate(name).toString())
        .put("client-key", issuer.key(name).toString());
  }

  private ObjectNode user(ObjectNode kubeconfig, Shown shown) {
    return kubeconfig
        .withArray("/users")
        .addObject()
        .put("name", Cluster.dnsName(shown.service()) + ":" + port)
        .putObject("user");
  }
}
