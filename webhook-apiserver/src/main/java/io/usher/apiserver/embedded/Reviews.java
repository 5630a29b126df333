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
import java.util.StringJoiner;
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
          (object, user, namespace) -> access(object, user, AccessReviewChecks.ofSelf(object));
      case AUTHORIZATION + "/subjectaccessreviews" ->
          (object, user, namespace) ->
              access(object, subject(object), AccessReviewChecks.ofSubject(object));
      case AUTHORIZATION + "/localsubjectaccessreviews" ->
          (object, user, namespace) ->
              access(object, subject(object), AccessReviewChecks.local(object, namespace));
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

  private void access(ObjectNode object, UserInfo user, List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw new ApiException(Status.invalid(AUTHORIZATION, "", "", errors));
    }
    JsonNode resource = object.at("/spec/resourceAttributes");
    ReviewSelector fields = ReviewSelector.ofFields(resource.path("fieldSelector"));
    ReviewSelector labels = ReviewSelector.ofLabels(resource.path("labelSelector"));
    Authorizer.Decision decision =
        authorizer.authorize(
            user,
            resource.isObject()
                ? ofResource(resource, fields.text(), labels.text())
                : ofPath(object.at("/spec/nonResourceAttributes")));
    ObjectNode status = object.putObject("status");
    status.put("allowed", decision.allowed());
    if (decision.outcome() == Authorizer.Outcome.DENY) {
      status.put("denied", true);
    }
    if (!decision.reason().isEmpty()) {
      status.put("reason", decision.reason());
    }
    var problems = new StringJoiner("; ");
    if (!decision.error().isEmpty()) {
      problems.add(decision.error());
    }
    addIgnored(problems, "fieldSelector", fields);
    addIgnored(problems, "labelSelector", labels);
    if (problems.length() > 0) {
      status.put("evaluationError", problems.toString());
    }
  }

  private static void addIgnored(StringJoiner problems, String name, ReviewSelector selector) {
    if (!selector.whole()) {
      problems.add(
          "spec.resourceAttributes."
              + name
              + (selector.text().isEmpty() ? " ignored" : " partially ignored")
              + " due to parse error");
    }
  }

  private static RequestInfo ofResource(JsonNode attributes, String fields, String labels) {
    String version = attributes.path("version").asText();
    return new RequestInfo(
        true,
        "",
        attributes.path("verb").asText(),
        attributes.path("group").asText(),
        version.isEmpty() ? "*" : version,
        attributes.path("namespace").asText(),
        attributes.path("resource").asText(),
        attributes.path("subresource").asText(),
        attributes.path("name").asText(),
        List.of(),
        fields,
        labels);
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
