package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Nobody reads by a policy what he may not read himself: whoever writes a {@code paramKind} needs
 * the verb {@code get} for all of its objects, and whoever writes a {@code paramRef} needs {@code
 * get} or {@code list} for what it names. Members of {@code system:masters} may do both.
 * k8s.io/kubernetes has this in the storage of the kinds.
 */
public final class ParamAccessCheck implements AdmissionPlugin {

  private static final String MASTERS = "system:masters";
  private static final String ALL = "*";
  private static final String BINDINGS = "bindings";

  private final ObjectStore store;
  private @Nullable Authorizer authorizer;
  private @Nullable ResourceRegistry types;

  /** A check that finds the policies of bindings in a store. */
  public ParamAccessCheck(ObjectStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "ParamAccessCheck";
  }

  @Override
  public void join(Authorizer serversAuthorizer, ResourceRegistry serversTypes) {
    authorizer = serversAuthorizer;
    types = serversTypes;
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode object = attributes.object();
    String resource = attributes.info().resource();
    if (object == null
        || !attributes.info().group().equals(PolicySource.GROUP)
        || !attributes.info().subresource().isEmpty()
        || !resource.contains("admissionpolic")
        || attributes.user().groups().contains(MASTERS)) {
      return;
    }
    boolean binding = resource.endsWith(BINDINGS);
    String field = binding ? "paramRef" : "paramKind";
    JsonNode spec = object.path("spec");
    if (!spec.has(field) || isSame(spec, attributes.oldObject(), field)) {
      return;
    }
    String problem = binding ? ofBinding(attributes, spec) : ofPolicy(attributes.user(), spec);
    if (!problem.isEmpty()) {
      throw new ApiException(
          Status.invalid(
              PolicySource.GROUP,
              attributes.resource().type().kind(),
              attributes.name(),
              List.of(FieldError.forbidden("spec." + field, problem))));
    }
  }

  private static boolean isSame(JsonNode spec, @Nullable ObjectNode old, String field) {
    JsonNode before = old == null ? spec.path("") : old.path("spec");
    return before.path(field).equals(spec.path(field))
        && before.path("policyName").equals(spec.path("policyName"));
  }

  private String ofPolicy(UserInfo user, JsonNode spec) {
    ParamKind kind = ParamKind.of(spec.path("paramKind"));
    return isAllowed(user, "get", kind, ALL, ALL)
        ? ""
        : "user "
            + shown(user)
            + " must have \"get\" permission on all objects of the referenced paramKind (kind="
            + kind.kind()
            + ", apiVersion="
            + kind.apiVersion()
            + ')';
  }

  private String ofBinding(AdmissionAttributes attributes, JsonNode spec) {
    String bindings = attributes.info().resource();
    String plural = bindings.substring(0, bindings.length() - (1 + BINDINGS.length())) + "ies";
    String name = spec.path("policyName").asText();
    ObjectNode policy = store.get(new GroupResource(PolicySource.GROUP, plural), "", name);
    JsonNode stated = policy == null ? spec.path("") : policy.path("spec").path("paramKind");
    ParamKind kind = stated.isObject() ? ParamKind.of(stated) : new ParamKind(ALL, ALL, ALL);
    JsonNode reference = spec.path("paramRef");
    String object = reference.path("name").asText();
    String verb = object.isEmpty() ? "list" : "get";
    UserInfo user = attributes.user();
    if (isAllowed(user, verb, kind, reference.path("namespace").asText(), object)) {
      return "";
    }
    String everything =
        " to determine minimum required permissions and user "
            + shown(user)
            + " does not have \""
            + verb
            + "\" permission for all groups, versions and resources";
    if (policy == null) {
      return "unable to get policy " + name + everything;
    }
    return stated.isObject() && plural(kind).equals(ALL)
        ? "unable to resolve paramKind &ParamKind{APIVersion:"
            + kind.apiVersion()
            + ",Kind:"
            + kind.kind()
            + ",}"
            + everything
        : "user "
            + shown(user)
            + " does not have \""
            + verb
            + "\" permission on the object referenced by paramRef";
  }

  private boolean isAllowed(
      UserInfo user, String verb, ParamKind kind, String namespace, String name) {
    var info =
        new RequestInfo(
            true,
            "",
            verb,
            kind.group(),
            kind.version(),
            namespace,
            plural(kind),
            "",
            name,
            List.of());
    return Objects.requireNonNull(authorizer, "join comes first").authorize(user, info).allowed();
  }

  /** The kind's plural; all where the kind is unknown. */
  private String plural(ParamKind kind) {
    ResourceType type =
        Objects.requireNonNull(types, "join comes first").ofKind(kind.group(), kind.kind());
    return type == null || type.version(kind.version()) == null ? ALL : type.plural();
  }

  /** As Go shows a user. */
  private static String shown(UserInfo user) {
    return "&{"
        + user.username()
        + ' '
        + user.uid()
        + " ["
        + String.join(" ", user.groups())
        + "] map["
        + String.join(
            " ",
            user.extra().entrySet().stream()
                .map(each -> each.getKey() + ":[" + String.join(" ", each.getValue()) + ']')
                .toList())
        + "]}";
  }
}
