package io.usher.cli;

import io.usher.aggregated.ReviewClient;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller.ServiceResolver;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.audit.AuditLog;
import io.usher.apiserver.authn.BasicFile;
import io.usher.apiserver.authn.ClientCertificates;
import io.usher.apiserver.authn.TokenFile;
import io.usher.apiserver.authn.TokenReviews;
import io.usher.apiserver.authn.jwt.JwtAuthenticator;
import io.usher.apiserver.authz.AbacFile;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.authz.AlwaysDeny;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.apiserver.authz.SubjectAccessReviews;
import io.usher.apiserver.embedded.EmbeddedConfig;
import io.usher.apiserver.proxy.AddressRules;
import io.usher.apiserver.proxy.KubeletAccess;
import io.usher.apiserver.proxy.Proxies;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.apiserver.storage.file.FileStorage;
import io.usher.apiserver.storage.memory.MemoryStorage;
import io.usher.certs.PemFile;
import io.usher.client.ClusterClient;
import io.usher.server.ApiServerTls;
import io.usher.server.HttpsApiServer;
import io.usher.server.KubeletFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a cluster without nodes on this machine. */
@Command(
    name = "apiserver",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Run a Kubernetes API server on this machine, without a cluster, Docker or Go: Kubernetes'"
            + " kinds, RBAC, admission, namespaces and garbage collection, but no nodes and no other"
            + " controllers. Its administrator's token, and its certificate where none is given, are new"
            + " with each start; both are in a kubeconfig, whose path it prints.")
final class ApiServerCommand implements Callable<Integer> {

  private static final List<String> MODES =
      List.of("AlwaysAllow", "AlwaysDeny", "ABAC", "RBAC", "Webhook");

  private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");

  /** As kube-apiserver waits for a webhook that tells who calls, or whether he may. */
  private static final Duration REVIEW_TIMEOUT = Duration.ofSeconds(30);

  /** How often files of credentials and policies are looked at. */
  private static final int RELOAD_SECONDS = 5;

  private static final int WEBHOOK_THREADS = 16;

  @Option(
      names = "--bind-address",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "address to listen on (default: ${DEFAULT-VALUE})")
  private String address;

  @Option(
      names = "--secure-port",
      paramLabel = "PORT",
      defaultValue = "6443",
      description = "HTTPS port; 0 for any free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--tls-cert-file",
      paramLabel = "FILE",
      description =
          "the server's certificate and those up to its CA, PEM, with --tls-private-key-file: clients"
              + " know the server again after a restart (default: a new certificate)")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-private-key-file",
      paramLabel = "FILE",
      description = "the private key of --tls-cert-file")
  private @Nullable Path privateKey;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "where to write the administrator's kubeconfig, of mode 0600; never over a file that"
              + " exists (default: a new temporary file)")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--authorization-mode",
      split = ",",
      paramLabel = "MODE",
      defaultValue = "RBAC",
      description =
          "AlwaysAllow, AlwaysDeny, ABAC, RBAC, Webhook, in this order (default: ${DEFAULT-VALUE})")
  private List<String> modes;

  @Option(
      names = "--authorization-policy-file",
      paramLabel = "FILE",
      description = "policies of mode ABAC, a JSON object a line")
  private @Nullable Path policyFile;

  @Option(
      names = "--authorization-webhook-config-file",
      paramLabel = "FILE",
      description = "kubeconfig of the server that mode Webhook asks by SubjectAccessReview")
  private @Nullable Path authorizationWebhook;

  @Option(
      names = "--authorization-webhook-version",
      paramLabel = "VERSION",
      defaultValue = "v1beta1",
      description = "version of these reviews, v1 or v1beta1 (default: ${DEFAULT-VALUE})")
  private String authorizationVersion;

  @Option(
      names = "--authentication-token-webhook-config-file",
      paramLabel = "FILE",
      description = "kubeconfig of a server that knows further tokens, asked by TokenReview")
  private @Nullable Path tokenWebhook;

  @Option(
      names = "--authentication-token-webhook-version",
      paramLabel = "VERSION",
      defaultValue = "v1beta1",
      description = "version of these reviews, v1 or v1beta1 (default: ${DEFAULT-VALUE})")
  private String tokenVersion;

  @Option(
      names = "--token-auth-file",
      paramLabel = "FILE",
      description = "tokens that callers may show, CSV: token,user,uid,\"group,group\"")
  private @Nullable Path tokenFile;

  @Option(
      names = "--basic-auth-file",
      paramLabel = "FILE",
      description = "passwords that callers may show, CSV: password,user,uid,\"group,group\"")
  private @Nullable Path basicFile;

  @Option(
      names = "--client-ca-file",
      paramLabel = "FILE",
      description = "CAs of client certificates: the common name is the user, O are groups")
  private @Nullable Path clientCa;

  @Mixin private TokenIssuerOptions issuers = new TokenIssuerOptions();

  @Option(
      names = "--anonymous-auth",
      arity = "0..1",
      paramLabel = "BOOLEAN",
      fallbackValue = "true",
      description = "whether a caller without a credential is system:anonymous (default: false)")
  private @Nullable Boolean anonymous;

  @Option(
      names = "--enable-admission-plugins",
      split = ",",
      paramLabel = "NAME",
      description = "admission plugins beside the default ones")
  private List<String> enabled = List.of();

  @Option(
      names = "--disable-admission-plugins",
      split = ",",
      paramLabel = "NAME",
      description = "default admission plugins to leave out")
  private List<String> disabled = List.of();

  @Option(
      names = "--storage-file",
      paramLabel = "FILE",
      description = "keep objects in this SQLite file (default: in memory, until it ends)")
  private @Nullable Path storageFile;

  @Option(
      names = "--kubelet-client-certificate",
      paramLabel = "FILE",
      description =
          "the certificate that kubelets are shown, PEM, with --kubelet-client-key (default: none)")
  private @Nullable Path kubeletCertificate;

  @Option(
      names = "--kubelet-client-key",
      paramLabel = "FILE",
      description = "the private key of --kubelet-client-certificate")
  private @Nullable Path kubeletKey;

  @Option(
      names = "--kubelet-certificate-authority",
      paramLabel = "FILE",
      description = "the CA of kubelets' certificates (default: they are not checked)")
  private @Nullable Path kubeletAuthority;

  @Option(
      names = "--kubelet-preferred-address-types",
      split = ",",
      paramLabel = "TYPE",
      description =
          "which of a node's addresses is taken, in this order (default:"
              + " Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP)")
  private List<String> addressTypes = KubeletAccess.ADDRESS_TYPES;

  @Option(
      names = "--proxy-address",
      split = ",",
      paramLabel = "ADDRESS",
      description =
          "addresses and blocks that requests are passed on to though they are loopback, link-local"
              + " or of a cloud's metadata: 127.0.0.1, 169.254.0.0/16 (default: none)")
  private List<String> proxyAddresses = List.of();

  @Option(
      names = "--audit-log-path",
      paramLabel = "FILE",
      description = "write a line of JSON for each request to this file; - for standard output")
  private @Nullable String auditLog;

  @Spec private CommandSpec spec;

  private final List<Runnable> reloads = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String mode : modes) {
      if (!MODES.contains(mode)) {
        throw usage("--authorization-mode " + mode + ": write some of " + MODES);
      }
    }
    if (modes.contains("ABAC") != (policyFile != null)) {
      throw usage(
          "--authorization-mode ABAC and --authorization-policy-file FILE go together: give both or"
              + " none");
    }
    if (modes.contains("Webhook") != (authorizationWebhook != null)) {
      throw usage(
          "--authorization-mode Webhook and --authorization-webhook-config-file FILE go together:"
              + " give both or none");
    }
    for (String version : List.of(authorizationVersion, tokenVersion)) {
      if (!REVIEW_VERSIONS.contains(version)) {
        throw usage("version " + version + " of reviews: write one of " + REVIEW_VERSIONS);
      }
    }
    if ((certificate != null) != (privateKey != null)) {
      throw usage(
          "--tls-cert-file FILE and --tls-private-key-file FILE go together: give both or none");
    }
    if ((kubeletCertificate != null) != (kubeletKey != null)) {
      throw usage(
          "--kubelet-client-certificate FILE and --kubelet-client-key FILE go together: give both or"
              + " none");
    }
    if (kubeconfig != null && Files.exists(kubeconfig)) {
      throw usage("--kubeconfig " + kubeconfig + " exists: name a new file");
    }
    try (var folder = TemporaryFolder.create("usher-apiserver");
        var audit = audit();
        var server = start(audit)) {
      Path config = kubeconfig == null ? folder.path().resolve("kubeconfig") : kubeconfig;
      writePrivate(config, server.kubeconfig());
      var shutdown = new Thread(server::close, "shutdown");
      Runtime.getRuntime().addShutdownHook(shutdown);
      spec.commandLine()
          .getOut()
          .printf(
              "usher apiserver listens on %s%nkubectl --kubeconfig %s get namespaces%n",
              server.url(), config.toAbsolutePath());
      spec.commandLine().getOut().flush();
      ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor();
      try {
        // Later, as it would take a share of the start.
        background.schedule(IdleMemory::giveBack, RELOAD_SECONDS, TimeUnit.SECONDS);
        background.scheduleWithFixedDelay(
            () -> reloads.forEach(Runnable::run), RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
        server.awaitEnd();
      } finally {
        background.shutdownNow();
      }
      return ExitCode.OK;
    } catch (GeneralSecurityException e) {
      throw new IOException("set up TLS: " + e.getMessage(), e);
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private OutputStream audit() throws IOException {
    if (auditLog == null) {
      return OutputStream.nullOutputStream();
    }
    return auditLog.equals("-")
        ? System.out
        : Files.newOutputStream(
            Path.of(auditLog), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void writePrivate(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private HttpsApiServer start(OutputStream audit) throws IOException, GeneralSecurityException {
    var certificates = clientCa == null ? null : new ClientCertificates(clientCa);
    var tokens = tokenFile == null ? null : new TokenFile(tokenFile);
    var passwords = basicFile == null ? null : new BasicFile(basicFile);
    var tokenReviews =
        tokenWebhook == null
            ? null
            : new TokenReviews(
                webhook("--authentication-token-webhook-config-file", tokenWebhook),
                tokenVersion,
                TokenReviews.WEBHOOK_LIFE,
                System::nanoTime);
    var accessReviews =
        authorizationWebhook == null
            ? null
            : new SubjectAccessReviews(
                webhook("--authorization-webhook-config-file", authorizationWebhook),
                authorizationVersion,
                SubjectAccessReviews.Life.WEBHOOK,
                System::nanoTime);
    var proxies =
        new Proxies(
            new KubeletFiles(kubeletCertificate, kubeletKey, kubeletAuthority).access(addressTypes),
            proxyAddresses(),
            new SecureRandom());
    var jwts = issuers.authenticator();
    Predicate<ApiRequest> anonymousMayCome = anonymous(jwts);
    var policies = policyFile == null ? null : new AbacFile(policyFile);
    return HttpsApiServer.start(
        new InetSocketAddress(address, port),
        tls(),
        config -> {
          if (certificates != null) {
            config.authenticator(certificates);
            reloads.add(certificates::reload);
          }
          if (tokens != null) {
            config.authenticator(tokens);
            reloads.add(tokens::reload);
          }
          if (jwts != null) {
            config.authenticator(jwts);
            reloads.add(jwts::reload);
          }
          if (tokenReviews != null) {
            config.authenticator(tokenReviews);
          }
          if (passwords != null) {
            config.authenticator(passwords);
            reloads.add(passwords::reload);
          }
          if (policies != null) {
            reloads.add(policies::reload);
          }
          config
              .anonymous(anonymousMayCome)
              .proxies(proxies)
              .authorizers(rbac -> authorizers(rbac, policies, accessReviews))
              .admission(objects -> List.of(admission(objects)));
          library(config, audit);
        },
        ServeCommand::halt);
  }

  private Predicate<ApiRequest> anonymous(@Nullable JwtAuthenticator jwts) {
    var stated = jwts == null ? null : jwts.anonymous();
    if (stated == null) {
      return request -> Boolean.TRUE.equals(anonymous);
    }
    if (anonymous != null) {
      throw usage("--anonymous-auth: --authentication-config says that, leave the option out");
    }
    return request -> stated.covers(request.path());
  }

  private AddressRules proxyAddresses() {
    try {
      return AddressRules.except(proxyAddresses);
    } catch (IllegalArgumentException e) {
      throw usage("--proxy-address " + e.getMessage());
    }
  }

  private ApiServerTls tls() throws IOException, GeneralSecurityException {
    if (certificate != null && privateKey != null) {
      List<Path> authorities = clientCa == null ? List.of() : List.of(clientCa);
      return ApiServerTls.ofFiles(certificate, privateKey, authorities);
    }
    List<X509Certificate> authorities =
        clientCa == null
            ? List.of()
            : new PemFile(clientCa.toString(), Files.readAllBytes(clientCa)).certificates();
    return ApiServerTls.throwaway(address, authorities);
  }

  private void library(EmbeddedConfig config, OutputStream audit) {
    config.library(
        library -> {
          if (auditLog != null) {
            library.audit(new AuditLog(audit));
          }
          if (storageFile != null) {
            library.storage(FileStorage.open(storageFile, MemoryStorage.DEFAULT_HISTORY_BYTES));
          }
        });
  }

  /** Lives as long as the process does. */
  private ReviewCaller webhook(String option, Path file) {
    try {
      return ReviewClient.of(ClusterClient.open(file, REVIEW_TIMEOUT), "", "the server of " + file);
    } catch (IllegalArgumentException e) {
      throw usage(option + ' ' + file + ": " + e.getMessage());
    }
  }

  private List<Authorizer> authorizers(
      RbacAuthorizer rbac,
      @Nullable AbacFile policies,
      @Nullable SubjectAccessReviews accessReviews) {
    var authorizers = new ArrayList<Authorizer>();
    for (String mode : modes) {
      authorizers.add(
          switch (mode) {
            case "AlwaysAllow" -> new AlwaysAllow();
            case "AlwaysDeny" -> new AlwaysDeny();
            case "ABAC" -> policies;
            case "Webhook" -> accessReviews;
            default -> rbac;
          });
    }
    return authorizers;
  }

  private AdmissionPlugin admission(ObjectStore objects) {
    AdmissionPlugins plugins = plugins(objects);
    try {
      plugins.requireKnown(disabled);
      return plugins.named(names());
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private static AdmissionPlugins plugins(ObjectStore objects) {
    var threads =
        Executors.newFixedThreadPool(
            WEBHOOK_THREADS,
            task -> {
              var thread = new Thread(task, "webhook-call");
              thread.setDaemon(true);
              return thread;
            });
    return new AdmissionPlugins(
        objects,
        new HttpWebhookCaller(ServiceResolver.CLUSTER),
        threads,
        new SecureRandom(),
        Clock.systemUTC());
  }

  private Set<String> names() {
    var names = new LinkedHashSet<>(AdmissionPlugins.DEFAULT);
    names.addAll(enabled);
    disabled.forEach(names::remove);
    return names;
  }
}
