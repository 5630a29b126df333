package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.SubresourceHandler;
import io.usher.apiserver.api.SubresourceHandler.Call;
import io.usher.apiserver.authn.ServiceAccountTokens;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * The subresources of built-in kinds that need no kubelet: {@code eviction}, {@code binding} and
 * {@code token}.
 */
final class Subresources {

  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final GroupResource BINDINGS = new GroupResource("", "pods/binding");

  private final Clock clock;

  private final DisruptionBudgets budgets;

  private final TokenRequests tokens;

  Subresources(ServiceAccountTokens tokens, Clock clock) {
    this.tokens = new TokenRequests(tokens, clock);
    this.clock = clock;
    this.budgets = new DisruptionBudgets(clock);
  }

  SubresourceHandler handler(GroupResource resource, String subresource) {
    if (resource.equals(PODS) && subresource.equals("eviction")) {
      return this::evict;
    }
    if (resource.equals(PODS) && subresource.equals("binding")) {
      return this::bind;
    }
    if (resource.equals(ACCOUNTS) && subresource.equals("token")) {
      return tokens;
    }
    return call -> {
      throw new ApiException(
          new Status(
              501,
              "NotImplemented",
              resource
                  + "/"
                  + subresource
                  + " needs a controller that this server does"
                  + " not have",
              null));
    };
  }

  private ObjectNode evict(Call call) {
    JsonNode eviction = call.body() == null ? MissingNode.getInstance() : call.body();
    if (!eviction.at("/metadata/name").asText().equals(call.info().name())) {
      throw new ApiException(
          Status.badRequest("name in URL does not match name in Eviction object"));
    }
    ObjectNode pod = pod(call);
    boolean dryRun = call.dryRun() || !eviction.at("/deleteOptions/dryRun").isEmpty();
    budgets.take(call.objects(), pod, dryRun);
    if (!dryRun) {
      call.objects().delete(PODS, call.info().namespace(), call.info().name());
    }
    return success();
  }

  private ObjectNode bind(Call call) {
    ObjectNode pod = pod(call);
    ObjectNode spec = (ObjectNode) pod.path("spec");
    String node = call.body() == null ? "" : call.body().at("/target/name").asText();
    if (node.isEmpty()) {
      throw new ApiException(new Status(500, "", "target.name: Required value", null));
    }
    if (!spec.path("nodeName").asText().isEmpty()) {
      throw new ApiException(
          Status.conflict(
              BINDINGS,
              call.info().name(),
              "pod "
                  + call.info().name()
                  + " is already assigned to node \""
                  + spec.path("nodeName").asText()
                  + '"'));
    }
    spec.put("nodeName", node);
    pod.withObject("/status")
        .withArray("conditions")
        .addObject()
        .put("type", "PodScheduled")
        .put("status", "True")
        .put("lastTransitionTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    if (!call.dryRun()) {
      call.objects().update(PODS, pod);
    }
    return success();
  }

  private static ObjectNode pod(Call call) {
    ObjectNode pod = call.objects().get(PODS, call.info().namespace(), call.info().name());
    if (pod == null) {
      throw new ApiException(Status.notFound(PODS, call.info().name()));
    }
    return pod;
  }

  private static ObjectNode success() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    return status.put("status", "Success").put("code", 201);
  }
}
