package io.usher.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A throwaway certificate that all servers share, so that no handshake differs: PKCS #12 for the
 * bare ones, PEM for Usher.
 *
 * @param keyStore certificate and key
 * @param chainPem the certificate
 * @param keyPem its key
 */
public record Certificate(Path keyStore, Path chainPem, Path keyPem) {

  public static final char[] PASSWORD = "throwaway".toCharArray();

  private static final String ALIAS = "server";

  /** Makes one, with the JDK's own tool. */
  public static Certificate make(Path directory) throws IOException, GeneralSecurityException {
    Path file = directory.resolve("server.p12");
    ChildProcess.output(
        List.of(
            ChildProcess.ofJdk("keytool"),
            "-genkeypair",
            "-keystore",
            file.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD),
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost,ip:127.0.0.1"));
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    return new Certificate(
        file,
        pem(directory, "tls.crt", "CERTIFICATE", store.getCertificate(ALIAS).getEncoded()),
        pem(directory, "tls.key", "PRIVATE KEY", store.getKey(ALIAS, PASSWORD).getEncoded()));
  }

  /** What a client needs that trusts this certificate alone. */
  public SSLContext client() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(
        ALIAS, KeyStore.getInstance(keyStore.toFile(), PASSWORD).getCertificate(ALIAS));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static Path pem(Path directory, String name, String label, byte[] der)
      throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        directory.resolve(name),
        "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
  }
}
