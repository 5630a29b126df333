package io.usher.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.usher.certs.CertifiedKey;
import io.usher.certs.PemFile;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Secret of type {@code kubernetes.io/tls}, which the authority has made or was handed over: its
 * label says so.
 */
final class CertificateSecret {

  /** The name of the installation whose authority keeps the Secret. */
  static final String LABEL = "usher.io/authority";

  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String BUNDLE = "ca.crt";

  private final AuthoritySettings settings;
  private final String name;
  private final @Nullable Secret secret;

  /**
   * Takes a Secret for what it should be.
   *
   * @param secret null when there is none
   * @throws UnusableSecretException when somebody else has made it
   */
  CertificateSecret(AuthoritySettings settings, String name, @Nullable Secret secret)
      throws UnusableSecretException {
    this.settings = settings;
    this.name = name;
    this.secret = secret;
    if (secret != null && !settings.name().equals(label(secret))) {
      throw new UnusableSecretException(
          "%s was not made by this authority: delete it, or hand it over by the label %s=%s"
              .formatted(this, LABEL, settings.name()));
    }
  }

  private static @Nullable String label(Secret secret) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return labels == null ? null : labels.get(LABEL);
  }

  /** The certificate and its key, null when there is no Secret. */
  @Nullable CertifiedKey certificate() throws UnusableSecretException {
    if (secret == null) {
      return null;
    }
    try {
      var pair =
          new CertifiedKey(
              new PemFile(CERTIFICATE, data(CERTIFICATE)).certificates().get(0),
              new PemFile(KEY, data(KEY)).privateKey());
      pair.checkPair();
      return pair;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  /** The same, which must be one of a CA. */
  @Nullable CertifiedKey authority() throws UnusableSecretException {
    CertifiedKey authority = certificate();
    if (authority != null && authority.certificate().getBasicConstraints() < 0) {
      throw damaged(new GeneralSecurityException(CERTIFICATE + " is not the certificate of a CA"));
    }
    return authority;
  }

  /** The CAs beside the certificate: nothing when there are none. */
  TrustBundle bundle() throws UnusableSecretException {
    if (secret == null || !secret.getData().containsKey(BUNDLE)) {
      return TrustBundle.EMPTY;
    }
    try {
      return TrustBundle.strictly(BUNDLE, data(BUNDLE));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  /** The Secret with other content, all else as it is. */
  Secret with(CertifiedKey certificate, TrustBundle bundle) throws GeneralSecurityException {
    SecretBuilder builder =
        secret != null
            ? new SecretBuilder(secret)
            : new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(settings.namespace())
                .addToLabels("app.kubernetes.io/name", settings.name())
                .addToLabels(LABEL, settings.name())
                .endMetadata()
                .withType("kubernetes.io/tls");
    return builder
        .addToData(CERTIFICATE, encoded(PemFile.text(certificate.certificate())))
        .addToData(KEY, encoded(PemFile.text(certificate.key())))
        .addToData(BUNDLE, Base64.getEncoder().encodeToString(bundle.pem()))
        .build();
  }

  private byte[] data(String key) throws GeneralSecurityException {
    String value = secret == null ? null : secret.getData().get(key);
    if (value == null) {
      throw new GeneralSecurityException("it has no " + key);
    }
    return Base64.getDecoder().decode(value);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private UnusableSecretException damaged(Exception cause) {
    return new UnusableSecretException(
        this + " is damaged: delete it, and another one is made: " + cause.getMessage(), cause);
  }

  @Override
  public String toString() {
    return "Secret " + settings.namespace() + "/" + name;
  }
}
