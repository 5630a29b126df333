package io.usher.apiserver.proxy;

import io.usher.apiserver.api.Forwarding.UpstreamTls;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How kubelets are called.
 *
 * @param tls the API server's certificate, and whether a kubelet's is checked
 * @param unverified the same where a client asks for a kubelet that is not checked
 * @param addressTypes of a node's addresses, the preferred first
 */
public record KubeletAccess(UpstreamTls tls, UpstreamTls unverified, List<String> addressTypes) {

  /** As kube-apiserver prefers them by default. */
  public static final List<String> ADDRESS_TYPES =
      List.of("Hostname", "InternalDNS", "InternalIP", "ExternalDNS", "ExternalIP");

  /** Where a node does not tell. */
  static final int PORT = 10250;

  public KubeletAccess {
    addressTypes = List.copyOf(addressTypes);
  }

  /** Without a certificate, and without a check of the kubelets'. */
  public static KubeletAccess anonymous() {
    try {
      return of(null, null, ADDRESS_TYPES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /**
   * With certificates.
   *
   * @param keys the API server's certificate; null for none
   * @param trust the kubelets' CA; null where their certificates are not checked
   */
  public static KubeletAccess of(
      KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, List<String> addressTypes)
      throws GeneralSecurityException {
    UpstreamTls unverified = new UpstreamTls(context(keys, anybody()), false);
    return new KubeletAccess(
        trust == null ? unverified : new UpstreamTls(context(keys, trust), true),
        unverified,
        addressTypes);
  }

  /** For Pods and Services, whose certificates nobody checks, and who get none. */
  static UpstreamTls unknown() {
    try {
      return new UpstreamTls(context(null, anybody()), false);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static SSLContext context(KeyManager @Nullable [] keys, TrustManager[] trust)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust, new SecureRandom());
    return context;
  }

  private static TrustManager[] anybody() {
    return new TrustManager[] {new Anybody()};
  }

  /** Checks nothing, as kube-apiserver does for Pods, and for kubelets without a CA. */
  private static final class Anybody implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new UnsupportedOperationException("a client has no clients");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
