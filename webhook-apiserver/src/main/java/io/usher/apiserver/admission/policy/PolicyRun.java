package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.admission.match.PolicyAuthorizer;
import io.usher.apiserver.admission.match.VersionedWrite;
import io.usher.apiserver.admission.policy.ParamSource.ParamResource;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The policies of one kind about one write: which are, and what they see. For one thread. */
final class PolicyRun {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  /** For all policies together, in both rounds; what they may cost ends sooner. */
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PolicyContext context;
  private final AdmissionAttributes attributes;
  private final PolicyAuthorizer authorizer;
  private final long began = System.nanoTime();
  private final long deadline;
  private final Map<GroupVersionKind, PolicyWrite> writes = new HashMap<>();
  private final Map<Reference, List<JsonNode>> params = new HashMap<>();
  private @Nullable ObjectNode namespace;

  /** What the parameters of a policy and a binding are found by. */
  private record Reference(@Nullable ParamKind kind, JsonNode paramRef) {}

  /**
   * A run that ends with the request at the latest.
   *
   * @param nanosTaken what an earlier round for the same write took
   */
  PolicyRun(PolicyContext context, AdmissionAttributes attributes, long nanosTaken) {
    deadline = began + Math.min(MAX_NANOS - nanosTaken, attributes.nanosLeft());
    this.context = context;
    this.attributes = attributes;
    authorizer = new PolicyAuthorizer(context.authorizer(), attributes.user());
  }

  /** The time since it began. */
  long nanosTaken() {
    return System.nanoTime() - began;
  }

  /**
   * The resource as which these see the write; null where they are not about it.
   *
   * @throws ConfigurationException when it can't be said
   */
  @Nullable ApiResource match(MatchResources resources) throws ConfigurationException {
    try {
      return resources.match(attributes, context.matcher());
    } catch (ApiException e) {
      throw new ConfigurationException(e.status().message());
    }
  }

  /** Tells that a policy is evaluated. */
  void tell(String kind, Policy<?> policy, PolicyBinding binding) {
    context.listener().evaluated(kind, policy.name(), binding.name());
  }

  /** Whether a binding is about the write, too. */
  boolean matches(PolicyBinding binding) throws ConfigurationException {
    MatchResources resources = binding.resources();
    return resources == null || match(resources) != null;
  }

  @Nullable ParamResource paramResource(Policy<?> policy) throws ConfigurationException {
    return context.params().resource(policy.paramKind());
  }

  /**
   * The objects that a policy is evaluated with for a binding; bindings that refer to the same ones
   * share them.
   *
   * @param resource the policy's
   * @throws ConfigurationException when the binding can't have any, or there are none and it wants
   *     some
   */
  List<JsonNode> params(Policy<?> policy, PolicyBinding binding, @Nullable ParamResource resource)
      throws ConfigurationException {
    var reference = new Reference(policy.paramKind(), binding.paramRef());
    List<JsonNode> found = params.get(reference);
    if (found == null) {
      try {
        found = context.params().of(binding, resource, attributes.namespace());
      } catch (ApiException e) {
        throw new ConfigurationException(e.status().message());
      }
      params.put(reference, found);
    }
    return found;
  }

  /**
   * What expressions see of the write as it is now.
   *
   * @throws ConfigurationException when its objects can't be converted
   * @throws ApiException 404 when its namespace is not there
   */
  PolicyWrite write(ApiResource resource) throws ConfigurationException {
    PolicyWrite write = writes.get(resource.kind());
    if (write == null) {
      ObjectNode inNamespace = namespace();
      try {
        write =
            new PolicyWrite(
                new VersionedWrite(attributes, resource), authorizer, inNamespace, deadline);
      } catch (ApiException e) {
        throw new ConfigurationException(e.status().message());
      }
      writes.put(resource.kind(), write);
    }
    return write;
  }

  /** Notes that the object is another one. */
  void changed() {
    writes.clear();
  }

  private @Nullable ObjectNode namespace() {
    String name = attributes.namespace();
    if (name.isEmpty() || attributes.info().groupResource().equals(NAMESPACES)) {
      return null;
    }
    if (namespace == null) {
      namespace = context.store().get(NAMESPACES, "", name);
      if (namespace == null) {
        throw new ApiException(Status.notFound(NAMESPACES, name));
      }
    }
    return namespace;
  }
}
