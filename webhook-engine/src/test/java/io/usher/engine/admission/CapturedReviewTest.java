package io.usher.engine.admission;

import static io.usher.engine.admission.ReviewFixtures.assertAnswer;
import static io.usher.engine.admission.ReviewFixtures.json;
import static io.usher.engine.admission.ReviewFixtures.mutating;
import static io.usher.engine.admission.ReviewFixtures.request;
import static io.usher.engine.admission.ReviewFixtures.validating;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.rule.Decision;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real API server sends in each special case: what a rule sees of it, and can answer. */
class CapturedReviewTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create-pod",
        "create-pod-generate-name",
        "create-pod-dry-run",
        "create-configmap-impersonated",
        "create-deployment",
        "create-namespace",
        "create-clusterrole",
        "create-converted",
        "create-widget",
        "create-binding",
        "create-eviction",
        "create-token",
        "apply-new-pod",
        "apply-pod",
        "update-pod",
        "update-pod-status",
        "update-ephemeralcontainers",
        "update-scale",
        "update-deployment-status",
        "update-widget",
        "delete-pod",
        "delete-collection",
        "delete-namespace",
        "delete-clusterrole",
        "connect-exec",
        "connect-attach",
        "connect-portforward",
        "connect-proxy",
        "v1beta1-create",
        "v1beta1-update",
        "v1beta1-delete",
      })
  void ruleSeesTheWholeRequest(String captured) {
    byte[] body = request(captured);
    var seen = JsonNodeFactory.instance.objectNode();
    Rule rule =
        context -> {
          seen.setAll(asJson(context.request()));
          tell(context);
          return Decision.allow();
        };

    assertAnswer(validating(rule), body, "seen/" + captured);

    assertThat(seen).isEqualTo(withDefaults((ObjectNode) json(body).get("request")));
  }

  @Test
  void unnamedPodIsPatched() {
    assertAnswer(
        mutating(tree(pod -> pod.withObject("metadata").withObject("labels").put("team", "shop"))),
        request("create-pod-generate-name"),
        "create-pod-generate-name");
  }

  @Test
  void dryRunIsPatchedToo() {
    assertAnswer(
        mutating(
            context -> {
              context.object(ObjectNode.class).withObject("/metadata/labels").put("team", "shop");
              context.audit("dry-run", String.valueOf(context.dryRun()));
              return Decision.allow();
            }),
        request("create-pod-dry-run"),
        "create-pod-dry-run");
  }

  @Test
  void updateIsPatchedAgainstTheNewObject() {
    assertAnswer(
        mutating(
            context -> {
              Pod pod = context.object(Pod.class);
              Pod old = context.oldObject(Pod.class);
              assertThat(old.getMetadata().getLabels()).doesNotContainKey("tier");
              pod.getMetadata().getLabels().put("was", pod.getMetadata().getLabels().get("tier"));
              pod.getSpec().getContainers().get(1).setImage("registry.example.com/proxy:3");
              return Decision.allow();
            }),
        request("update-pod"),
        "update-pod");
  }

  @Test
  void applyThatCreatesIsACreate() {
    assertAnswer(
        mutating(tree(pod -> pod.withObject("/metadata/labels").put("team", "shop"))),
        request("apply-new-pod"),
        "apply-new-pod");
  }

  @Test
  void applyOfAPodThatExistsIsAnUpdate() {
    assertAnswer(
        validating(
            context ->
                Decision.deny(
                    "the image went from "
                        + image(context.oldObject(JsonNode.class))
                        + " to "
                        + image(context.object(JsonNode.class)))),
        request("apply-pod"),
        "apply-pod");
  }

  @Test
  void deletionIsDecidedByTheOldObject() {
    assertAnswer(
        mutating(
            context ->
                Decision.deny(
                    "Pod " + context.object(Pod.class).getMetadata().getName() + " is to stay")),
        request("delete-pod"),
        "delete-pod");
  }

  @Test
  void editOfADeletedObjectIsNoPatch() {
    assertAnswer(
        mutating(tree(pod -> pod.withObject("/metadata/labels").put("team", "shop"))),
        request("delete-pod"),
        "delete-pod-edited");
  }

  @Test
  void collectionIsDeletedOneByOneAndWithoutAName() {
    assertAnswer(
        validating(
            context ->
                Decision.deny(
                    context.request().describe()
                        + " is "
                        + context.object(Pod.class).getMetadata().getName())),
        request("delete-collection"),
        "delete-collection");
  }

  @Test
  void execOptionsArePatched() {
    assertAnswer(
        mutating(tree(options -> options.put("container", "sidecar"))),
        request("connect-exec"),
        "connect-exec");
  }

  @Test
  void execIsDeniedByItsCommand() {
    assertAnswer(
        validating(
            context ->
                Decision.deny("no " + context.object(JsonNode.class).at("/command/0").textValue())),
        request("connect-exec"),
        "connect-exec-denied");
  }

  @Test
  void statusIsPatchedByItsOwn() {
    assertAnswer(
        mutating(
            tree(
                pod ->
                    pod.withObject("/status")
                        .withArray("conditions")
                        .addObject()
                        .put("type", "example.com/Billed")
                        .put("status", "False"))),
        request("update-pod-status"),
        "update-pod-status");
  }

  @Test
  void scaleIsAScaleAndNoDeployment() {
    assertAnswer(
        mutating(
            context -> {
              Scale scale = context.object(Scale.class);
              scale.getSpec().setReplicas(Math.min(3, scale.getSpec().getReplicas()));
              return Decision.allow();
            }),
        request("update-scale"),
        "update-scale");
  }

  @Test
  void ephemeralContainerIsPatched() {
    assertAnswer(
        mutating(
            context -> {
              Pod pod = context.object(Pod.class);
              pod.getSpec().getEphemeralContainers().get(0).setImage("busybox:1.37");
              return Decision.allow();
            }),
        request("update-ephemeralcontainers"),
        "update-ephemeralcontainers");
  }

  @Test
  void evictionMayBeToldToComeBackLater() {
    assertAnswer(
        validating(
            context ->
                Decision.deny("not while it takes orders")
                    .code(429)
                    .reason("TooManyRequests")
                    .retryAfterSeconds(10)),
        request("create-eviction"),
        "create-eviction");
  }

  @Test
  void bindingIsPatched() {
    assertAnswer(
        mutating(
            tree(
                binding ->
                    binding.withObject("/metadata/annotations").put("example.com/bound", "true"))),
        request("create-binding"),
        "create-binding");
  }

  @Test
  void tokenRequestIsPatched() {
    assertAnswer(
        mutating(tree(token -> token.withObject("/spec").put("expirationSeconds", 900))),
        request("create-token"),
        "create-token");
  }

  @Test
  void namespaceIsPatched() {
    assertAnswer(
        mutating(tree(namespace -> namespace.withObject("/metadata/labels").put("team", "shop"))),
        request("create-namespace"),
        "create-namespace");
  }

  @Test
  void convertedObjectIsPatchedAsItWasConverted() {
    assertAnswer(
        mutating(
            tree(
                autoscaler ->
                    ((ObjectNode) autoscaler.at("/spec/metrics/0/resource/target"))
                        .put("averageUtilization", 60))),
        request("create-converted"),
        "create-converted");
  }

  @Test
  void denialOfAConvertedObjectNamesTheConvertedKind() {
    assertAnswer(
        validating(
            context -> Decision.deny("too many replicas").cause("spec.maxReplicas", "at most 5")),
        request("create-converted"),
        "create-converted-denied");
  }

  @Test
  void v1beta1IsAnsweredInV1beta1() {
    assertAnswer(
        mutating(tree(settings -> settings.withObject("/data").put("mode", "test"))),
        request("v1beta1-create"),
        "v1beta1-create");
    assertAnswer(
        validating(context -> Decision.deny("frozen")),
        request("v1beta1-delete"),
        "v1beta1-delete");
  }

  @Test
  void membersThatAreAbsentAreAsNull() {
    var handler = validating(context -> describe(context));
    String body = new String(request("connect-exec"), UTF_8);

    assertAnswer(handler, body.getBytes(UTF_8), "connect-exec-described");
    assertAnswer(
        handler,
        body.replace(",\"oldObject\":null", "").replace(",\"options\":null", "").getBytes(UTF_8),
        "connect-exec-described");
  }

  private static Decision describe(RuleContext context) {
    tell(context);
    return Decision.deny(context.request().describe());
  }

  /** What a person would want to know of a request. */
  private static void tell(RuleContext context) {
    AdmissionRequest request = context.request();
    context.warn(
        request.operation() + " " + request.describe() + " by " + context.user().username());
    context.warn(
        "as " + request.kind() + " of " + slashed(request.resource(), request.subResource()));
    context.warn(
        "asked as "
            + request.requestKind()
            + " of "
            + slashed(request.requestResource(), request.requestSubResource()));
    context.warn("object " + named(request.object()) + ", oldObject " + named(request.oldObject()));
    context.audit("options", request.options() == null ? "none" : request.options().toString());
    context.audit("dry-run", String.valueOf(request.dryRun()));
  }

  private static String slashed(GroupVersionResource resource, String subResource) {
    return resource + (subResource.isEmpty() ? "" : "/" + subResource);
  }

  private static String named(@Nullable ObjectNode object) {
    if (object == null) {
      return "absent";
    }
    JsonNode metadata = object.path("metadata");
    return object.path("apiVersion").textValue()
        + " "
        + object.path("kind").textValue()
        + " "
        + metadata.path("name").asText("without a name")
        + (metadata.has("uid") ? " with a uid" : " without a uid");
  }

  private static String image(@Nullable JsonNode pod) {
    return pod.at("/spec/containers/0/image").textValue();
  }

  private static Rule tree(Consumer<ObjectNode> edit) {
    return context -> {
      edit.accept(context.object(ObjectNode.class));
      return Decision.allow();
    };
  }

  /** The request in the API's form, nothing left out. */
  private static ObjectNode asJson(AdmissionRequest request) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("uid", request.uid());
    json.set("kind", asJson(request.kind()));
    json.set("resource", asJson(request.resource()));
    json.put("subResource", request.subResource());
    json.set("requestKind", asJson(request.requestKind()));
    json.set("requestResource", asJson(request.requestResource()));
    json.put("requestSubResource", request.requestSubResource());
    json.put("name", request.name());
    json.put("namespace", request.namespace());
    json.put("operation", request.operation().name());
    ObjectNode user = json.putObject("userInfo");
    user.put("username", request.userInfo().username());
    user.put("uid", request.userInfo().uid());
    request.userInfo().groups().forEach(user.putArray("groups")::add);
    ObjectNode extra = user.putObject("extra");
    request
        .userInfo()
        .extra()
        .forEach((key, values) -> values.forEach(extra.withArray("/" + escaped(key))::add));
    json.set("object", orNull(request.object()));
    json.set("oldObject", orNull(request.oldObject()));
    json.put("dryRun", request.dryRun());
    json.set("options", orNull(request.options()));
    return json;
  }

  private static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  private static JsonNode orNull(@Nullable ObjectNode document) {
    return Optional.<JsonNode>ofNullable(document).orElse(JsonNodeFactory.instance.nullNode());
  }

  private static ObjectNode asJson(GroupVersionKind kind) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }

  private static ObjectNode asJson(GroupVersionResource resource) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("group", resource.group())
        .put("version", resource.version())
        .put("resource", resource.resource());
  }

  /** What the API server leaves out because it is empty. */
  private static ObjectNode withDefaults(ObjectNode request) {
    for (String member : List.of("subResource", "requestSubResource", "name", "namespace")) {
      request.putIfAbsent(member, request.textNode(""));
    }
    var user = (ObjectNode) request.get("userInfo");
    user.putIfAbsent("uid", user.textNode(""));
    user.putIfAbsent("extra", user.objectNode());
    return request;
  }
}
