package io.usher.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.usher.certs.CertificateAuthority;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.PemFile;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each state that the cluster may be in, with a clock that stands still until it is moved. */
final class AuthorityTest {

  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
  private static final Duration LEAF_LIFE = Duration.ofDays(90);
  private static final Duration CA_LIFE = Duration.ofDays(1095);
  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final String CA = "gate-authority";
  private static final String TLS = "gate-tls";
  private static final String MUTATING = "MutatingWebhookConfiguration";
  private static final String VALIDATING = "ValidatingWebhookConfiguration";

  private final AuthoritySettings settings =
      new AuthoritySettings(
          "gate",
          "gate-system",
          List.of("gate.gate-system.svc"),
          List.of(),
          LEAF_LIFE,
          CA_LIFE,
          INTERVAL);
  private final MemoryCluster cluster = new MemoryCluster();
  private Instant now = START;
  private Optional<String> problem = Optional.of("nothing was looked at");
  private final Authority authority =
      new Authority(settings, cluster, clock(), () -> 0.5, told -> problem = told);

  private Clock clock() {
    InstantSource source = () -> now;
    return source.withZone(ZoneOffset.UTC);
  }

  @Test
  void makesWhatIsMissing() throws Exception {
    assertThat(authority.look()).isEqualTo(INTERVAL);

    assertThat(problem).isEmpty();
    assertThat(cluster.writes).containsExactly(CA, TLS);
    X509Certificate ca = certificate(CA).certificate();
    X509Certificate leaf = certificate(TLS).certificate();
    leaf.verify(ca.getPublicKey());
    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .isEqualTo(List.of("gate.gate-system.svc"));
    assertThat(leaf.getNotAfter()).isEqualTo(START.plus(LEAF_LIFE));
    assertThat(ca.getNotAfter()).isEqualTo(START.plus(CA_LIFE));
    assertThat(published()).isEqualTo(bundle(ca));
    Secret secret = cluster.secrets.get(TLS);
    assertThat(secret.getType()).isEqualTo("kubernetes.io/tls");
    assertThat(secret.getData()).containsOnlyKeys("ca.crt", "tls.crt", "tls.key");
  }

  @Test
  void freshCertificatesStay() throws Exception {
    authority.look();
    cluster.register(MUTATING, pem(published()), pem(published()));
    cluster.writes.clear();
    now = START.plus(LEAF_LIFE.dividedBy(2));

    authority.look();

    assertThat(cluster.writes).isEmpty();
    assertThat(problem).isEmpty();
  }

  @Test
  void eachEntryOfEachConfigurationTrustsTheCa() throws Exception {
    authority.look();
    cluster.register(MUTATING, new byte[0], pem(published()));
    cluster.register(VALIDATING, "\n".getBytes(StandardCharsets.US_ASCII));
    cluster.writes.clear();

    authority.look();

    assertThat(cluster.writes).containsExactly(MUTATING, VALIDATING);
    assertThat(cluster.bundle(MUTATING, 0)).isEqualTo(published());
    assertThat(cluster.bundle(MUTATING, 1)).isEqualTo(published());
    assertThat(cluster.bundle(VALIDATING, 0)).isEqualTo(published());
  }

  @Test
  void leafIsRenewedByTheSameCa() throws Exception {
    authority.look();
    CertifiedKey first = certificate(TLS);
    TrustBundle before = published();
    cluster.register(MUTATING, pem(before));
    cluster.writes.clear();
    now = START.plus(LEAF_LIFE.multipliedBy(2).dividedBy(3));

    authority.look();

    assertThat(cluster.writes).containsExactly(TLS);
    assertThat(certificate(TLS).certificate()).isNotEqualTo(first.certificate());
    assertThat(published()).isEqualTo(before);
    assertThat(before.signed(certificate(TLS).certificate())).isTrue();
  }

  @Test
  void newCaIsTrustedFirstAndSignsLater() throws Exception {
    authority.look();
    final X509Certificate old = certificate(CA).certificate();
    cluster.register(MUTATING, pem(published()));
    now = START.plus(CA_LIFE.multipliedBy(2).dividedBy(3)).minus(LEAF_LIFE.dividedBy(2));
    authority.look();
    CertifiedKey leaf = certificate(TLS);
    now = START.plus(CA_LIFE.multipliedBy(2).dividedBy(3));
    cluster.writes.clear();

    authority.look();

    X509Certificate fresh = certificate(CA).certificate();
    assertThat(cluster.writes).containsExactly(CA, MUTATING, TLS);
    assertThat(fresh).isNotEqualTo(old);
    assertThat(cluster.bundle(MUTATING, 0)).isEqualTo(bundle(old, fresh));
    assertThat(published()).isEqualTo(bundle(old, fresh));
    assertThat(certificate(TLS)).isEqualTo(leaf);

    now = now.plus(INTERVAL);
    authority.look();

    certificate(TLS).certificate().verify(fresh.getPublicKey());
    assertThat(published()).isEqualTo(bundle(old, fresh));

    now = old.getNotAfter().toInstant();
    authority.look();

    assertThat(published()).isEqualTo(bundle(fresh));
    assertThat(cluster.bundle(MUTATING, 0)).isEqualTo(bundle(fresh));
  }

  /** Somebody applies the configuration as it was, again and again. */
  @Test
  void newCaDoesNotSignWhileAConfigurationLacksIt() throws Exception {
    authority.look();
    byte[] old = pem(published());
    CertifiedKey leaf = certificate(TLS);
    delete(CA);
    for (int i = 0; i < 3; i++) {
      cluster.register(MUTATING, old);
      now = now.plus(INTERVAL);
      authority.look();

      assertThat(certificate(TLS)).isEqualTo(leaf);
      assertThat(cluster.bundle(MUTATING, 0).certificates()).hasSize(2);
    }

    authority.look();

    certificate(TLS).certificate().verify(certificate(CA).certificate().getPublicKey());
  }

  @Test
  void withoutConfigurationsTheNewCaWaitsOneLook() throws Exception {
    authority.look();
    CertifiedKey leaf = certificate(TLS);
    delete(CA);

    authority.look();
    assertThat(certificate(TLS)).isEqualTo(leaf);

    now = now.plus(INTERVAL);
    authority.look();
    assertThat(certificate(TLS)).isNotEqualTo(leaf);
  }

  /** As after a restart: not each API server may have heard of the new CA. */
  @Test
  void secondLookThatComesAtOnceSignsNothing() throws Exception {
    authority.look();
    CertifiedKey leaf = certificate(TLS);
    cluster.register(VALIDATING, pem(published()));
    delete(CA);
    authority.look();
    now = now.plus(INTERVAL.dividedBy(3));

    authority.look();

    assertThat(cluster.bundle(VALIDATING, 0).certificates()).hasSize(2);
    assertThat(certificate(TLS)).isEqualTo(leaf);
  }

  /** The servers go on with the old certificate until kubelet has brought them the new one. */
  @Test
  void lostSecretsLeaveTheOldCaTrusted() throws Exception {
    authority.look();
    final X509Certificate old = certificate(CA).certificate();
    cluster.register(VALIDATING, pem(published()));
    delete(CA);
    delete(TLS);
    cluster.writes.clear();

    authority.look();

    X509Certificate fresh = certificate(CA).certificate();
    assertThat(cluster.writes).containsExactly(CA, VALIDATING, TLS);
    assertThat(cluster.bundle(VALIDATING, 0)).isEqualTo(bundle(old, fresh));
    assertThat(published()).isEqualTo(bundle(old, fresh));
    certificate(TLS).certificate().verify(fresh.getPublicKey());
  }

  @Test
  void expiredCertificatesAreReplacedAtOnce() throws Exception {
    authority.look();
    cluster.register(VALIDATING, pem(published()));
    now = START.plus(CA_LIFE);
    cluster.writes.clear();

    authority.look();

    X509Certificate fresh = certificate(CA).certificate();
    assertThat(cluster.writes).containsExactly(CA, VALIDATING, TLS);
    assertThat(cluster.bundle(VALIDATING, 0)).isEqualTo(bundle(fresh));
    certificate(TLS).certificate().verify(fresh.getPublicKey());
  }

  @Test
  void otherNamesNeedAnotherLeaf() throws Exception {
    authority.look();
    var renamed =
        new AuthoritySettings(
            "gate",
            "gate-system",
            List.of("gate.gate-system.svc", "gate.example.com"),
            List.of(),
            LEAF_LIFE,
            CA_LIFE,
            INTERVAL);
    now = now.plus(INTERVAL);

    new Authority(renamed, cluster, clock(), () -> 0.5, told -> {}).look();

    assertThat(certificate(TLS).certificate().getSubjectAlternativeNames()).hasSize(2);
    assertThat(published()).isEqualTo(bundle(certificate(CA).certificate()));
  }

  @ParameterizedTest
  @ValueSource(strings = {CA, TLS})
  void foreignSecretIsNamedAndKept(String name) throws Exception {
    authority.look();
    var foreign =
        new SecretBuilder(cluster.secrets.get(name))
            .editMetadata()
            .withLabels(Map.of())
            .endMetadata()
            .build();
    cluster.put(foreign);
    cluster.writes.clear();
    now = START.plus(CA_LIFE);

    authority.look();

    assertThat(problem)
        .contains(
            "Secret gate-system/%s was not made by this authority: delete it, or hand it over by"
                    .formatted(name)
                + " the label usher.io/authority=gate");
    assertThat(cluster.writes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {CA, TLS})
  void damagedSecretIsNamedAndKept(String name) throws Exception {
    authority.look();
    for (String key : List.of("tls.crt", "tls.key")) {
      Secret good = cluster.secrets.get(name);
      cluster.put(new SecretBuilder(good).addToData(key, "bm90aGluZw==").build());
      cluster.writes.clear();

      authority.look();

      assertThat(problem.orElseThrow())
          .startsWith(
              "Secret gate-system/%s is damaged: delete it, and another one is made: %s has no"
                  .formatted(name, key));
      assertThat(cluster.writes).isEmpty();
      cluster.put(good);
    }
  }

  @Test
  void keyOfAnotherCertificateIsDamage() throws Exception {
    authority.look();
    String key = cluster.secrets.get(CA).getData().get("tls.key");
    cluster.put(new SecretBuilder(cluster.secrets.get(TLS)).addToData("tls.key", key).build());

    authority.look();

    assertThat(problem.orElseThrow())
        .contains(TLS + " is damaged", "does not match the certificate");
  }

  @Test
  void certificateThatMaySignNothingIsNoCa() throws Exception {
    authority.look();
    Secret leaf = cluster.secrets.get(TLS);
    cluster.put(new SecretBuilder(cluster.secrets.get(CA)).withData(leaf.getData()).build());

    authority.look();

    assertThat(problem.orElseThrow()).contains(CA + " is damaged", "not the certificate of a CA");
  }

  /** As {@code usher certs} made it, with a configuration that trusts it. */
  @Test
  void secretThatIsHandedOverIsReplacedWithoutAGap() throws Exception {
    X509Certificate otherCa = handOver();
    CertifiedKey leaf = certificate(TLS);
    cluster.register(VALIDATING, pem(bundle(otherCa)));

    authority.look();

    X509Certificate own = certificate(CA).certificate();
    assertThat(cluster.bundle(VALIDATING, 0)).isEqualTo(bundle(otherCa, own));
    assertThat(certificate(TLS)).isEqualTo(leaf);

    now = now.plus(INTERVAL);
    authority.look();

    certificate(TLS).certificate().verify(own.getPublicKey());
  }

  @Test
  void leafThatNobodyTrustsIsReplacedAtOnce() throws Exception {
    handOver();

    authority.look();

    certificate(TLS).certificate().verify(certificate(CA).certificate().getPublicKey());
    assertThat(published()).isEqualTo(bundle(certificate(CA).certificate()));
  }

  /** A Secret of another CA, which it does not hold, and the label; returns the CA. */
  private X509Certificate handOver() throws Exception {
    var other = CertificateAuthority.create("other", START, LEAF_LIFE);
    CertifiedKey leaf =
        other.issue(Purpose.SERVER, "usher", List.of("gate.gate-system.svc"), START, LEAF_LIFE);
    cluster.put(
        new SecretBuilder()
            .withNewMetadata()
            .withName(TLS)
            .addToLabels("usher.io/authority", "gate")
            .endMetadata()
            .addToData("tls.crt", encoded(PemFile.text(leaf.certificate())))
            .addToData("tls.key", encoded(PemFile.text(leaf.key())))
            .build());
    return other.own().certificate();
  }

  @Test
  void whoComesSecondReadsAgain() throws Exception {
    var other = new Authority(settings, cluster, clock(), () -> 0.5, told -> {});
    cluster.interlope(other::look);

    assertThat(authority.look()).isLessThan(Duration.ofSeconds(1));
    assertThat(problem).contains("the object has been modified");
    assertThat(cluster.writes).containsExactly(CA, TLS);
    assertThat(authority.look()).isEqualTo(INTERVAL);

    assertThat(problem).isEmpty();
    assertThat(cluster.writes).containsExactly(CA, TLS);
  }

  @Test
  void outageIsWaitedForLongerEachTime() {
    cluster.fail(new KubernetesClientException("get Secret.", new ConnectException("refused")));

    assertThat(authority.look()).isEqualTo(Duration.ofMillis(750));
    assertThat(authority.look()).isEqualTo(Duration.ofMillis(1500));
    for (int i = 0; i < 70; i++) {
      assertThat(authority.look()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
    }
    assertThat(problem).contains("get Secret. java.net.ConnectException: refused");

    cluster.fail(null);
    assertThat(authority.look()).isEqualTo(INTERVAL);
    cluster.fail(new KubernetesClientException("connection refused"));
    assertThat(authority.look()).isEqualTo(Duration.ofMillis(750));
  }

  private void delete(String secret) {
    assertThat(cluster.secrets.remove(secret)).isNotNull();
  }

  private CertifiedKey certificate(String secret) throws Exception {
    return new CertificateSecret(settings, secret, cluster.secrets.get(secret)).certificate();
  }

  private TrustBundle published() throws Exception {
    return new CertificateSecret(settings, TLS, cluster.secrets.get(TLS)).bundle();
  }

  private static TrustBundle bundle(X509Certificate... certificates) {
    return new TrustBundle(Set.of(certificates));
  }

  private static byte[] pem(TrustBundle bundle) throws Exception {
    return bundle.pem();
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
