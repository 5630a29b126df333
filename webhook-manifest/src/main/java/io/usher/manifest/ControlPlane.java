package io.usher.manifest;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server that kube-apiserver asks by a URL, on the machine of the control plane or elsewhere, and
 * where the files for that are there.
 *
 * @param name what it is called, a DNS label
 * @param server {@code https://127.0.0.1:8443}: its certificate must be for this host
 * @param folder where kube-apiserver finds the files, absolute: certificates and what is generated
 */
public record ControlPlane(String name, URI server, String folder) {

  /** The CA of the server's certificate. */
  static final String AUTHORITY = "ca.crt";

  public ControlPlane {
    if (!"https".equals(server.getScheme())
        || server.getHost() == null
        || !server.getRawPath().isEmpty()
        || server.getRawQuery() != null
        || server.getRawFragment() != null
        || server.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "server \"" + server + "\": write https://HOST:PORT, without a path");
    }
    if (!folder.matches("(/[A-Za-z0-9._-]+)+")) {
      throw new IllegalArgumentException(
          "folder \"" + folder + "\": write an absolute path such as /etc/kubernetes/usher");
    }
  }

  String file(String file) {
    return folder + '/' + file;
  }

  /**
   * The doors that kube-apiserver is to use.
   *
   * @param authentication the name behind {@code /authenticate/}, or null
   * @param authorization the name behind {@code /authorize/}, or null
   * @param issuers whose tokens kube-apiserver takes itself
   * @param issuerAuthority PEM of the CA of their certificates, or null for those that the machine
   *     trusts
   */
  public record Doors(
      @Nullable String authentication,
      @Nullable String authorization,
      List<Issuer> issuers,
      @Nullable String issuerAuthority) {
    public Doors {
      issuers = List.copyOf(issuers);
      if (authentication == null && authorization == null && issuers.isEmpty()) {
        throw new IllegalArgumentException(
            "there is nothing to write: name a door for authentication or authorization, or an"
                + " issuer");
      }
    }
  }

  /** An issuer of JWTs, and for whom they are. */
  public record Issuer(String url, String audience) {

    /**
     * Reads {@code URL=AUDIENCE}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static Issuer parse(String text) {
      int mark = text.lastIndexOf('=');
      if (!text.startsWith("https://") || mark < 0 || mark == text.length() - 1) {
        throw new IllegalArgumentException(
            "issuer \"" + text + "\": write https://issuer.example.com=AUDIENCE");
      }
      return new Issuer(text.substring(0, mark), text.substring(mark + 1));
    }
  }

  static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
