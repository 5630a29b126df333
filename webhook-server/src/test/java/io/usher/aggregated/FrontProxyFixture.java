package io.usher.aggregated;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.certs.CertifiedKey;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** What a kube-apiserver with an aggregator has and says. */
public final class FrontProxyFixture {

  private FrontProxyFixture() {}

  /**
   * The ConfigMap that tells of the aggregator.
   *
   * @param allowed names of its certificate, a JSON list
   * @param proxies the CA of its certificate
   */
  public static ObjectNode configMap(String allowed, DevelopmentCertificates proxies)
      throws Exception {
    ObjectNode configMap = JsonNodeFactory.instance.objectNode();
    configMap.put("apiVersion", "v1").put("kind", "ConfigMap");
    configMap
        .putObject("metadata")
        .put("namespace", "kube-system")
        .put("name", "extension-apiserver-authentication");
    configMap
        .putObject("data")
        .put("requestheader-client-ca-file", PemFile.text(proxies.authority()))
        .put("requestheader-allowed-names", allowed)
        .put("requestheader-username-headers", "[\"X-Remote-User\"]")
        .put("requestheader-group-headers", "[\"X-Remote-Group\"]")
        .put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
    return configMap;
  }

  /** A client that shows a certificate, or none, and trusts one CA alone. */
  public static SSLContext showing(@Nullable CertifiedKey client, X509Certificate trustedCa)
      throws Exception {
    KeyStore keys = KeyStore.getInstance("JKS");
    keys.load(null, null);
    if (client != null) {
      keys.setKeyEntry(
          "client", client.key(), new char[0], new X509Certificate[] {client.certificate()});
    }
    var shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    shown.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("JKS");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", trustedCa);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(shown.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
