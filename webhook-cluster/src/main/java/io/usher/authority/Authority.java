package io.usher.authority;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.usher.authority.Renewal.Wanted;
import io.usher.connection.Connection;
import java.net.HttpURLConnection;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the cluster again and again, and makes what is missing or due. Whatever goes wrong there
 * is logged and tried again.
 */
public final class Authority {

  private static final Logger LOG = LoggerFactory.getLogger(Authority.class);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** After an outage, this is how long nobody looks. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** Far more than the API server takes for one object. */
  private static final int REQUEST_MILLIS = 15_000;

  private final AuthoritySettings settings;
  private final Cluster cluster;
  private final Clock clock;
  private final DoubleSupplier random;
  private final Consumer<Optional<String>> problems;
  private final Renewal renewal;
  private int failures;

  Authority(
      AuthoritySettings settings,
      Cluster cluster,
      Clock clock,
      DoubleSupplier random,
      Consumer<Optional<String>> problems) {
    this.settings = settings;
    this.cluster = cluster;
    this.clock = clock;
    this.random = random;
    this.problems = problems;
    this.renewal = new Renewal(settings);
  }

  /**
   * An authority that reaches the API server with the Pod's service account, or with the kubeconfig
   * that {@code KUBECONFIG} names. Nothing is read yet. Failed calls are not repeated by the
   * client: that is done here, and logged.
   *
   * @param random from 0 to 1, so that not all authorities look at the same moment
   * @param problems is told after each look what was wrong, if anything
   * @throws IllegalArgumentException when the kubeconfig is none
   */
  public static Authority connect(
      AuthoritySettings settings,
      Clock clock,
      DoubleSupplier random,
      Consumer<Optional<String>> problems) {
    Config config =
        new ConfigBuilder(Connection.config(null))
            .withRequestTimeout(REQUEST_MILLIS)
            .withConnectionTimeout(REQUEST_MILLIS)
            .withRequestRetryBackoffLimit(0)
            .build();
    KubernetesClient client = Connection.client(config).build();
    return new Authority(
        settings, new KubernetesCluster(client, settings), clock, random, problems);
  }

  /** Keeps the certificates until the thread is interrupted. */
  public void run() throws InterruptedException {
    while (true) {
      Thread.sleep(look().toMillis());
    }
  }

  /** Looks once, and says how long to wait before the next look. */
  Duration look() {
    try {
      reconcile();
      failures = 0;
      problems.accept(Optional.empty());
      // from 0.9 to 1.1 of it
      return settings
          .interval()
          .multipliedBy((long) (900 + 200 * random.getAsDouble()))
          .dividedBy(1000);
    } catch (KubernetesClientException e) {
      String reason = Connection.reason(e);
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        LOG.info("somebody else wrote at the same time, so look again: {}", reason);
      } else {
        LOG.warn("talk to the API server: {}", reason);
      }
      problems.accept(Optional.of(reason));
    } catch (UnusableSecretException e) {
      LOG.error("{}", e.getMessage());
      problems.accept(Optional.of(String.valueOf(e.getMessage())));
    } catch (GeneralSecurityException | RuntimeException e) {
      LOG.error("keep the certificates", e);
      problems.accept(Optional.of(e.toString()));
    }
    return pause();
  }

  /** Twice as long after each failure, and at most until the next look was due anyway. */
  private Duration pause() {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures++, 10));
    for (Duration limit : new Duration[] {LONGEST_PAUSE, settings.interval()}) {
      pause = pause.compareTo(limit) < 0 ? pause : limit;
    }
    return pause.multipliedBy((long) (500 + 500 * random.getAsDouble())).dividedBy(1000);
  }

  /**
   * In this order: a CA is kept before anybody trusts it, and trusted before a server shows what it
   * has signed.
   */
  private void reconcile() throws GeneralSecurityException, UnusableSecretException {
    var authority = secret(settings.authoritySecret());
    var serving = secret(settings.servingSecret());
    var seen =
        new Observation(
            authority.authority(),
            serving.certificate(),
            serving.bundle(),
            cluster.registrations());
    Wanted wanted = renewal.decide(seen, clock.instant());
    if (wanted.authority() != seen.authority()) {
      var own = wanted.authority().certificate();
      cluster.write(authority.with(wanted.authority(), new TrustBundle(Set.of(own))));
      LOG.info("{}: a new CA until {}", authority, own.getNotAfter().toInstant());
    }
    for (WebhookConfiguration registration : seen.registrations()) {
      if (registration.bundles().stream().anyMatch(bundle -> !bundle.equals(wanted.bundle()))) {
        cluster.trust(registration, wanted.bundle().pem());
        LOG.info(
            "{} {}: it trusts {} CAs",
            registration.kind(),
            registration.name(),
            wanted.bundle().certificates().size());
      }
    }
    if (wanted.leaf() != seen.leaf() || !wanted.bundle().equals(seen.published())) {
      cluster.write(serving.with(wanted.leaf(), wanted.bundle()));
      LOG.info(
          "{}: a certificate until {}, and {} CAs",
          serving,
          wanted.leaf().certificate().getNotAfter().toInstant(),
          wanted.bundle().certificates().size());
    }
  }

  private CertificateSecret secret(String name) throws UnusableSecretException {
    return new CertificateSecret(settings, name, cluster.secret(name));
  }
}
