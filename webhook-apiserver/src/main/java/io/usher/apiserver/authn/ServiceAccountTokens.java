package io.usher.apiserver.authn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Issues tokens of ServiceAccounts, and knows their bearers for as long as the ServiceAccount is
 * there, and the object that a token is bound to. Thread-safe.
 */
public final class ServiceAccountTokens implements Authenticator {

  /** Who issues the tokens; the audience of those that this server takes. */
  public static final String ISSUER = "https://kubernetes.default.svc";

  /** How long an object may already be on its way out, as in kube-apiserver. */
  private static final Duration LEEWAY = Duration.ofMinutes(1);

  private static final String OURS = "kubernetes.io";
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final Map<String, GroupResource> BOUND =
      Map.of(
          "pod", new GroupResource("", "pods"),
          "secret", new GroupResource("", "secrets"),
          "node", new GroupResource("", "nodes"));

  private final TokenKeys keys;
  private final Supplier<ObjectStore> objects;
  private final Clock clock;

  /**
   * A verified token.
   *
   * @param user its bearer
   * @param audiences for whom it is
   */
  public record Verified(UserInfo user, List<String> audiences) {
    public Verified {
      audiences = List.copyOf(audiences);
    }
  }

  /**
   * Tokens of the ServiceAccounts of a store.
   *
   * @param objects asked for when the first token is shown
   */
  public ServiceAccountTokens(TokenKeys keys, Supplier<ObjectStore> objects, Clock clock) {
    this.keys = keys;
    this.objects = objects;
    this.clock = clock;
  }

  /**
   * A new token.
   *
   * @param account the ServiceAccount
   * @param bound the objects that it is bound to, by their kinds in lower case: {@code pod}, {@code
   *     secret}, {@code node}
   */
  public String issue(
      JsonNode account, List<String> audiences, long seconds, Map<String, JsonNode> bound) {
    long now = clock.instant().getEpochSecond();
    String namespace = account.at("/metadata/namespace").asText();
    ObjectNode claims = JsonNodeFactory.instance.objectNode();
    audiences.forEach(claims.putArray("aud")::add);
    claims.put("exp", now + seconds).put("iat", now).put("iss", ISSUER);
    claims.put("jti", UUID.randomUUID().toString());
    ObjectNode ours = claims.putObject(OURS);
    ours.put("namespace", namespace);
    bound.forEach((kind, object) -> ours.set(kind, reference(object)));
    ours.set("serviceaccount", reference(account));
    claims.put("nbf", now);
    claims.put("sub", new ServiceAccountName(namespace, name(account)).username());
    return keys.key().sign(claims);
  }

  private static ObjectNode reference(JsonNode object) {
    ObjectNode reference = JsonNodeFactory.instance.objectNode().put("name", name(object));
    String uid = object.at("/metadata/uid").asText();
    return uid.isEmpty() ? reference : reference.put("uid", uid);
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    String token = AuthorizationHeader.value(request, "Bearer");
    Verified verified = token.isEmpty() ? null : verify(token);
    if (verified == null) {
      return null;
    }
    if (!verified.audiences().contains(ISSUER)) {
      throw refused("token audiences " + verified.audiences() + " are not for " + ISSUER);
    }
    return verified.user();
  }

  /**
   * Who bears a token, whatever its audiences are; null when it is none of this issuer.
   *
   * @throws ApiException 401 when it counts no longer
   */
  public @Nullable Verified verify(String token) {
    // Only what looks like a JWT asks for the key.
    TokenKey key = token.startsWith("ey") ? keys.keyIfAny() : null;
    JsonNode claims = key == null ? null : key.claims(token);
    if (claims == null) {
      return null;
    }
    Instant now = clock.instant();
    // In seconds: a claim may be further away than an Instant can tell.
    long seconds = now.getEpochSecond();
    if (seconds - LEEWAY.toSeconds() > claims.path("exp").asLong()) {
      throw refused("service account token has expired");
    }
    if (seconds + LEEWAY.toSeconds() < claims.path("nbf").asLong()) {
      throw refused("service account token is not valid yet");
    }
    JsonNode ours = claims.path(OURS);
    String namespace = ours.path("namespace").asText();
    requireThere(ACCOUNTS, namespace, ours.path("serviceaccount"), now);
    for (Map.Entry<String, GroupResource> each : BOUND.entrySet()) {
      boolean ofNode = each.getKey().equals("node");
      // The node of a token of a Pod only tells where that runs.
      if (ours.has(each.getKey()) && !(ofNode && ours.has("pod"))) {
        requireThere(each.getValue(), ofNode ? "" : namespace, ours.path(each.getKey()), now);
      }
    }
    var audiences = new ArrayList<String>();
    claims.path("aud").forEach(each -> audiences.add(each.asText()));
    return new Verified(user(claims, ours, namespace), audiences);
  }

  private static UserInfo user(JsonNode claims, JsonNode ours, String namespace) {
    JsonNode account = ours.path("serviceaccount");
    var name = new ServiceAccountName(namespace, account.path("name").asText());
    var extra = new LinkedHashMap<String, List<String>>();
    extra.put(
        "authentication.kubernetes.io/credential-id",
        List.of("JTI=" + claims.path("jti").asText()));
    for (String kind : List.of("node", "pod")) {
      for (String field : List.of("name", "uid")) {
        String value = ours.path(kind).path(field).asText();
        if (!value.isEmpty()) {
          extra.put("authentication.kubernetes.io/" + kind + '-' + field, List.of(value));
        }
      }
    }
    var user = new UserInfo(name.username(), account.path("uid").asText(), name.groups(), extra);
    return WellKnown.inGroup(user, WellKnown.AUTHENTICATED);
  }

  private void requireThere(
      GroupResource resource, String namespace, JsonNode reference, Instant now) {
    String name = reference.path("name").asText();
    ObjectNode object = objects.get().get(resource, namespace, name);
    if (object == null || !object.at("/metadata/uid").equals(reference.path("uid"))) {
      throw refused("service account token has been invalidated");
    }
    String deletion = object.at("/metadata/deletionTimestamp").asText();
    if (!deletion.isEmpty() && Instant.parse(deletion).isBefore(now.minus(LEEWAY))) {
      throw refused("service account token has been invalidated");
    }
  }

  private static ApiException refused(String why) {
    return new ApiException(Status.unauthorized(), why);
  }
}
