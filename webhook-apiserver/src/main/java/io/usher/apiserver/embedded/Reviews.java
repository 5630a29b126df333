package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Answering;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.UserJson;
import io.usher.apiserver.authn.ServiceAccountTokens;
import io.usher.apiserver.authz.AuthorizerChain;
import io.usher.apiserver.authz.PolicyRule;
import io.usher.apiserver.authz.SubjectRules;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the reviews of authentication.k8s.io and authorization.k8s.io. */
final class Reviews {

  private static final String AUTHENTICATION = "authentication.k8s.io";
  private static final String AUTHORIZATION = "authorization.k8s.io";

  private final Authenticator authenticator;
  private final ServiceAccountTokens tokens;
  private final AuthorizerChain authorizer;
  private final Clock clock;

  /**
   * @param authenticator knows the bearers of tokens, those of ServiceAccounts included, and makes
   *     nobody anonymous
   */
  Reviews(
      Authenticator authenticator,
      ServiceAccountTokens tokens,
      AuthorizerChain authorizer,
      Clock clock) {
    this.authenticator = authenticator;
    this.tokens = tokens;
    this.authorizer = authorizer;
    this.clock = clock;
  }

  /** What answers a kind of review, or null. */
  @Nullable Answering answering(GroupResource resource) {
    return switch (resource.group() + '/' + resource.resource()) {
      case AUTHENTICATION + "/selfsubjectreviews" -> this::self;
      case AUTHENTICATION + "/tokenreviews" -> (object, user, namespace) -> token(object);
      case AUTHORIZATION + "/selfsubjectaccessreviews" ->
          (object, user, namespace) -> access(object, user, List.of());
      case AUTHORIZATION + "/subjectaccessreviews" ->
          (object, user, namespace) -> access(object, subject(object), nobody(object));
      case AUTHORIZATION + "/localsubjectaccessreviews" ->
          (object, user, namespace) -> local(object, namespace);
      case AUTHORIZATION + "/selfsubjectrulesreviews" ->
          (object, user, namespace) -> rules(object, user);
      default -> null;
    };
  }

  private void self(ObjectNode object, UserInfo user, String namespace) {
    object
        .withObject("/metadata")
        .put("creationTimestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    object.putObject("status").set("userInfo", UserJson.of(user));
  }

  private void token(ObjectNode object) {
    ObjectNode status = object.putObject("status");
    String token = object.path("spec").path("token").asText();
    if (token.isEmpty()) {
      throw new ApiException(
          Status.badRequest("token is required for TokenReview in authentication"));
    }
    var audiences = new ArrayList<String>();
    object.at("/spec/audiences").forEach(each -> audiences.add(each.asText()));
    if (audiences.isEmpty()) {
      audiences.add(ServiceAccountTokens.ISSUER);
    }
    UserInfo user = null;
    try {
      user = bearer(token, audiences);
    } catch (ApiException e) {
      status.put("error", e.getMessage());
    }
    if (user == null) {
      status.putObject("user");
    } else {
      status.put("authenticated", true).set("user", UserJson.of(user));
      audiences.forEach(status.putArray("audiences")::add);
    }
  }

  /**
   * Who shows a token; null when nobody knows.
   *
   * @param audiences for whom it may be; of a ServiceAccount's token those that it is for stay
   */
  private @Nullable UserInfo bearer(String token, List<String> audiences) {
    ServiceAccountTokens.Verified verified = tokens.verify(token);
    if (verified == null) {
      return authenticator.authenticate(
          ApiRequest.of("GET", "/")
              .withHeaders(Headers.of(Map.of("Authorization", List.of("Bearer " + token)))));
    }
    audiences.retainAll(verified.audiences());
    if (audiences.isEmpty()) {
      throw new ApiException(
          Status.unauthorized(), "token audiences " + verified.audiences() + " are not asked for");
    }
    return verified.user();
  }

  private static UserInfo subject(ObjectNode object) {
    return UserJson.read(object.path("spec"), "user");
  }

  private void local(ObjectNode object, String namespace) {
    String stated = object.at("/spec/resourceAttributes/namespace").asText();
    if (!stated.equals(namespace)) {
      throw new ApiException(
          Status.badRequest(
              "spec.resourceAttributes.namespace must match namespace: " + namespace));
    }
    access(object, subject(object), nobody(object));
  }

  /** What is wrong where a review names nobody. */
  private static List<FieldError> nobody(ObjectNode object) {
    JsonNode spec = object.path("spec");
    boolean named = !spec.path("user").asText().isEmpty() || !spec.path("groups").isEmpty();
    return named
        ? List.of()
        : List.of(
            FieldError.invalid("spec.user", "", "at least one of user or group must be specified"));
  }

  private void access(ObjectNode object, UserInfo user, List<FieldError> aboutTheUser) {
    JsonNode resource = object.at("/spec/resourceAttributes");
    JsonNode path = object.at("/spec/nonResourceAttributes");
    var errors = new ArrayList<FieldError>();
    if (resource.isObject() == path.isObject()) {
      errors.add(
          FieldError.invalid(
              "spec.resourceAttributes",
              resource.isObject() ? resource : null,
              resource.isObject()
                  ? "cannot be specified in combination with nonResourceAttributes"
                  : "exactly one of nonResourceAttributes or resourceAttributes must be"
                      + " specified"));
    }
    errors.addAll(aboutTheUser);
    if (!errors.isEmpty()) {
      throw new ApiException(Status.invalid(AUTHORIZATION, "", "", errors));
    }
    Authorizer.Decision decision =
        authorizer.authorize(user, resource.isObject() ? ofResource(resource) : ofPath(path));
    ObjectNode status = object.putObject("status");
    status.put("allowed", decision.allowed());
    if (decision.outcome() == Authorizer.Outcome.DENY) {
      status.put("denied", true);
    }
    if (!decision.reason().isEmpty()) {
      status.put("reason", decision.reason());
    }
    if (!decision.error().isEmpty()) {
      status.put("evaluationError", decision.error());
    }
  }

  private static RequestInfo ofResource(JsonNode attributes) {
    return new RequestInfo(
        true,
        "",
        attributes.path("verb").asText(),
        attributes.path("group").asText(),
        attributes.path("version").asText(),
        attributes.path("namespace").asText(),
        attributes.path("resource").asText(),
        attributes.path("subresource").asText(),
        attributes.path("name").asText(),
        List.of());
  }

  private static RequestInfo ofPath(JsonNode attributes) {
    return new RequestInfo(
        false,
        attributes.path("path").asText(),
        attributes.path("verb").asText(),
        "",
        "",
        "",
        "",
        "",
        "",
        List.of());
  }

  private void rules(ObjectNode object, UserInfo user) {
    String namespace = object.path("spec").path("namespace").asText();
    if (namespace.isEmpty()) {
      throw new ApiException(Status.badRequest("no namespace on request"));
    }
    SubjectRules rules = authorizer.rulesFor(user, namespace);
    // kube-apiserver does not repeat the question either
    object.putObject("metadata");
    object.putObject("spec");
    ObjectNode status = object.putObject("status");
    ArrayNode resources = status.putArray("resourceRules");
    ArrayNode paths = status.putArray("nonResourceRules");
    for (PolicyRule rule : rules.rules()) {
      if (rule.nonResourceUrls().isEmpty()) {
        ObjectNode each = resources.addObject();
        texts(each, "verbs", rule.verbs());
        texts(each, "apiGroups", rule.apiGroups());
        texts(each, "resources", rule.resources());
        texts(each, "resourceNames", rule.resourceNames());
      } else {
        ObjectNode each = paths.addObject();
        texts(each, "verbs", rule.verbs());
        texts(each, "nonResourceURLs", rule.nonResourceUrls());
      }
    }
    status.put("incomplete", rules.incomplete());
    if (!rules.evaluationError().isEmpty()) {
      status.put("evaluationError", rules.evaluationError());
    }
  }

  private static void texts(ObjectNode json, String member, List<String> texts) {
    if (!texts.isEmpty()) {
      texts.forEach(json.putArray(member)::add);
    }
  }
}
