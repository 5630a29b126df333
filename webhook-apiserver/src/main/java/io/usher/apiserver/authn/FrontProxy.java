package io.usher.apiserver.authn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.authn.RequestHeaders.Names;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom ConfigMap {@code kube-system/extension-apiserver-authentication} tells to trust:
 * kube-apiserver's aggregator, which names callers in headers, and clients that show kube-apiserver
 * a certificate themselves.
 */
public final class FrontProxy implements Authenticator {

  /** The ConfigMap's namespace. */
  public static final String NAMESPACE = "kube-system";

  /** The ConfigMap's name. */
  public static final String NAME = "extension-apiserver-authentication";

  private static final Logger LOG = LoggerFactory.getLogger(FrontProxy.class);
  private static final JsonMapper JSON = new JsonMapper();

  private volatile AuthenticatorChain current;

  /**
   * Trusts as the ConfigMap says.
   *
   * @throws IllegalArgumentException when it says nothing of the aggregator, or so that any client
   *     could pass for it; the message names what to change
   */
  public FrontProxy(JsonNode configMap) {
    current = parse(configMap);
  }

  /** Takes over what the ConfigMap says now; keeps what it said when that is bad. */
  public void update(JsonNode configMap) {
    try {
      current = parse(configMap);
    } catch (IllegalArgumentException e) {
      LOG.error("keep trusting as before: {}", e.getMessage());
    }
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    return current.authenticate(request);
  }

  private static AuthenticatorChain parse(JsonNode configMap) {
    JsonNode data = configMap.path("data");
    CertificateAuthorities proxies = authorities(data, "requestheader-client-ca-file");
    if (proxies == null) {
      throw bad(
          "requestheader-client-ca-file",
          "is empty: start kube-apiserver with --requestheader-client-ca-file");
    }
    List<String> allowed = list(data, "requestheader-allowed-names");
    var names =
        new Names(
            list(data, "requestheader-username-headers"),
            list(data, "requestheader-uid-headers"),
            list(data, "requestheader-group-headers"),
            list(data, "requestheader-extra-headers-prefix"));
    if (names.extraPrefix().contains("")) {
      throw bad(
          "requestheader-extra-headers-prefix", "has an empty prefix: all headers would count");
    }
    var authenticators = new ArrayList<Authenticator>();
    authenticators.add(new RequestHeaders(proxies, allowed, names));
    CertificateAuthorities clients = authorities(data, "client-ca-file");
    if (clients != null) {
      if (allowed.isEmpty() && proxies.vouchFor(clients)) {
        throw bad(
            "requestheader-allowed-names",
            "is empty, and the CA of requestheader-client-ca-file also signs ordinary clients: each"
                + " of them could name himself whoever he wants. Start kube-apiserver with"
                + " --requestheader-allowed-names, or give the aggregator a CA of its own");
      }
      authenticators.add(new ClientCertificates(clients));
    }
    return AuthenticatorChain.of(authenticators);
  }

  private static @Nullable CertificateAuthorities authorities(JsonNode data, String key) {
    String pem = data.path(key).asText();
    try {
      return pem.isBlank() ? null : CertificateAuthorities.parse(pem);
    } catch (CertificateException e) {
      throw bad(key, "has no certificates in PEM: " + e.getMessage());
    }
  }

  private static List<String> list(JsonNode data, String key) {
    String text = data.path(key).asText();
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      return List.of(JSON.readValue(text, String[].class));
    } catch (JsonProcessingException | NullPointerException e) {
      throw bad(key, "is no JSON list of texts");
    }
  }

  private static IllegalArgumentException bad(String key, String problem) {
    return new IllegalArgumentException(
        "ConfigMap " + NAMESPACE + '/' + NAME + ": " + key + ' ' + problem);
  }
}
