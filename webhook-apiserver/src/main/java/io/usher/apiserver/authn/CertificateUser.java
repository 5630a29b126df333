package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** The user whom a certificate's subject names, as kube-apiserver reads it. */
final class CertificateUser {

  /** Kubernetes' own attribute of a subject, the user's uid, with a name for it. */
  private static final Map<String, String> UID = Map.of("1.3.6.1.4.1.57683.2", "KubernetesUid");

  private CertificateUser() {}

  /**
   * Of several common names the last counts. The user's name is empty where there is none.
   *
   * @throws CertificateException when the subject is not understood
   */
  static UserInfo of(X509Certificate certificate) throws CertificateException {
    List<String> names = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    List<String> uids = new ArrayList<>();
    String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253, UID);
    try {
      for (Rdn rdn : new LdapName(subject).getRdns()) {
        for (var attribute : Collections.list(rdn.toAttributes().getAll())) {
          List<String> values =
              switch (attribute.getID()) {
                case "CN" -> names;
                case "O" -> groups;
                case "KubernetesUid" -> uids;
                default -> new ArrayList<>();
              };
          for (Object value : Collections.list(attribute.getAll())) {
            values.add(value instanceof String text ? text : "");
          }
        }
      }
    } catch (NamingException e) {
      throw new CertificateException("the subject is not understood: " + e.getMessage(), e);
    }
    if (uids.size() > 1 || uids.contains("")) {
      throw new CertificateException("the subject needs one uid that is a text, or none");
    }
    return new UserInfo(
        names.isEmpty() ? "" : names.get(names.size() - 1),
        uids.isEmpty() ? "" : uids.get(0),
        groups,
        Map.of(
            "authentication.kubernetes.io/credential-id",
            List.of("X509SHA256=" + sha256(certificate))));
  }

  private static String sha256(X509Certificate certificate) throws CertificateException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }
}
