package io.usher.http;

import io.usher.certs.ClientAuthorities;
import io.usher.observe.Caller;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * Which client certificates may call. One that comes here has been verified by the handshake, which
 * takes the CAs of all paths.
 *
 * @param authorities those of this path
 * @param names common names or DNS names, of which a certificate has one; empty for all
 */
public record ClientCertificates(ClientAuthorities authorities, Set<String> names) {

  public ClientCertificates {
    names = Set.copyOf(names);
  }

  /** Who shows this chain, or why the call is refused. */
  CallerCheck check(List<X509Certificate> chain) {
    if (!authorities.issued(chain.toArray(X509Certificate[]::new))) {
      return Refusal.forbidden("the CA of the client certificate is that of another path");
    }
    var own = namesOf(chain.get(0));
    return own.stream()
        .filter(each -> names.isEmpty() || names.contains(each))
        .findFirst()
        .or(() -> names.isEmpty() ? Optional.of("") : Optional.empty())
        .<CallerCheck>map(name -> new CallerCheck.Known(new Caller(name, "certificate")))
        .orElseGet(() -> Refusal.forbidden("no name of the client certificate may call: " + own));
  }

  private static List<String> namesOf(X509Certificate certificate) {
    var found = new ArrayList<String>();
    try {
      for (var rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          found.add(rdn.getValue().toString());
        }
      }
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (var each : alternatives) {
          if (Integer.valueOf(2).equals(each.get(0))) {
            found.add(each.get(1).toString());
          }
        }
      }
    } catch (InvalidNameException | CertificateParsingException e) {
      return List.of();
    }
    return found;
  }
}
