package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Headers;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A proxy in front that has authenticated the caller, and names him in headers such as {@code
 * X-Remote-User}: kube-apiserver's aggregator does. The headers count only behind a client
 * certificate of the proxy's CA.
 */
final class RequestHeaders implements Authenticator {

  private final CertificateAuthorities authorities;
  private final List<String> allowedNames;
  private final Names names;

  /**
   * The headers' names.
   *
   * @param user of which the first that is there counts
   * @param uid likewise
   * @param group all of which count
   * @param extraPrefix behind which the key follows
   */
  record Names(List<String> user, List<String> uid, List<String> group, List<String> extraPrefix) {
    Names {
      user = List.copyOf(user);
      uid = List.copyOf(uid);
      group = List.copyOf(group);
      extraPrefix = List.copyOf(extraPrefix);
    }
  }

  /**
   * @param allowedNames the common names of proxies; empty for any
   */
  RequestHeaders(CertificateAuthorities authorities, List<String> allowedNames, Names names) {
    this.authorities = authorities;
    this.allowedNames = List.copyOf(allowedNames);
    this.names = names;
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    List<X509Certificate> chain = request.clientCertificates();
    String user = first(request.headers(), names.user());
    if (chain.isEmpty() || user.isEmpty()) {
      return null;
    }
    try {
      authorities.requireClient(chain);
      String proxy = CertificateUser.of(chain.get(0)).username();
      if (!allowedNames.isEmpty() && !allowedNames.contains(proxy)) {
        throw new CertificateException("common name " + proxy + " is not in the allowed list");
      }
    } catch (CertificateException e) {
      throw CertificateAuthorities.refused(chain, e);
    }
    return new UserInfo(
        user, first(request.headers(), names.uid()), groups(request), extra(request));
  }

  private static String first(Headers headers, List<String> names) {
    for (String name : names) {
      String value = headers.first(name);
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private List<String> groups(ApiRequest request) {
    return names.group().stream()
        .flatMap(name -> request.headers().all(name).stream())
        .filter(value -> !value.isEmpty())
        .toList();
  }

  private Map<String, List<String>> extra(ApiRequest request) {
    var extra = new TreeMap<String, List<String>>();
    for (String prefix : names.extraPrefix()) {
      ExtraHeaders.read(request.headers(), prefix.toLowerCase(Locale.ROOT))
          .forEach(
              (key, values) ->
                  extra.computeIfAbsent(key, each -> new ArrayList<>()).addAll(values));
    }
    return extra;
  }
}
