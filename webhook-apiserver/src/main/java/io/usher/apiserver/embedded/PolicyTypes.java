package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.admission.match.Rule;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.openapi.KindTypes;
import io.usher.cel.PolicyTypeCheck;
import io.usher.cel.PolicyTypeCheck.Kind;
import io.usher.cel.ValueType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the status of each ValidatingAdmissionPolicy what its expressions have against the
 * types of the kinds that it is about: kube-controller-manager's {@code
 * validatingadmissionpolicy-status-controller}. For one thread.
 */
final class PolicyTypes {

  private static final GroupResource POLICIES =
      new GroupResource("admissionregistration.k8s.io", "validatingadmissionpolicies");

  /** With as many kinds of one rule Kubernetes ends. */
  private static final int MAX_KINDS = 10;

  private static final Comparator<GroupVersionKind> ORDER =
      Comparator.comparing(GroupVersionKind::group)
          .thenComparing(GroupVersionKind::version)
          .thenComparing(GroupVersionKind::kind);

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final Clock clock;
  private @Nullable Collection<ResourceType> seen;
  private @Nullable KindTypes types;

  PolicyTypes(ObjectStore objects, ResourceRegistry registry, Clock clock) {
    this.objects = objects;
    this.registry = registry;
    this.clock = clock;
  }

  void changed(GroupResource resource, ObjectEvent event) {
    if (resource.equals(POLICIES) && event.type() != ObjectEvent.Type.DELETED) {
      check(event.object().at("/metadata/name").asText());
    }
  }

  private void check(String name) {
    ObjectNode policy = objects.get(POLICIES, "", name);
    if (policy == null) {
      return;
    }
    long generation = policy.at("/metadata/generation").asLong();
    if (generation > policy.at("/status/observedGeneration").asLong()) {
      ArrayNode warnings = warnings(policy.path("spec"));
      ObjectNode status = policy.withObject("/status");
      status.put("observedGeneration", generation);
      ObjectNode checked = status.putObject("typeChecking");
      if (!warnings.isEmpty()) {
        checked.set("expressionWarnings", warnings);
      }
      objects.update(POLICIES, policy);
    }
  }

  private ArrayNode warnings(JsonNode spec) {
    Map<GroupVersionKind, PolicyTypeCheck> checks = checks(spec);
    ArrayNode warnings = JsonNodeFactory.instance.arrayNode();
    int index = 0;
    for (JsonNode validation : spec.path("validations")) {
      for (String member : List.of("expression", "messageExpression")) {
        String warning = warning(checks, validation.path(member).asText());
        if (!warning.isEmpty()) {
          warnings
              .addObject()
              .put("fieldRef", "spec.validations[" + index + "]." + member)
              .put("warning", warning);
        }
      }
      index++;
    }
    return warnings;
  }

  private static String warning(Map<GroupVersionKind, PolicyTypeCheck> checks, String expression) {
    var warnings = new ArrayList<String>();
    if (!expression.isEmpty()) {
      checks.forEach(
          (kind, check) -> {
            String problem = check.problem(expression);
            if (!problem.isEmpty()) {
              warnings.add(
                  kind.group()
                      + '/'
                      + kind.version()
                      + ", Kind="
                      + kind.kind()
                      + ": "
                      + problem
                      + '\n');
            }
          });
    }
    return String.join("\n", warnings);
  }

  /** A check for each kind of which there is a schema. */
  private Map<GroupVersionKind, PolicyTypeCheck> checks(JsonNode spec) {
    var checks = new LinkedHashMap<GroupVersionKind, PolicyTypeCheck>();
    for (GroupVersionKind kind : kinds(spec.at("/matchConstraints/resourceRules"))) {
      Kind object = type(kind);
      if (object != null) {
        PolicyTypeCheck check =
            spec.has("paramKind")
                ? PolicyTypeCheck.withParams(object, type(paramKind(spec.path("paramKind"))))
                : PolicyTypeCheck.withoutParams(object);
        for (JsonNode variable : spec.path("variables")) {
          check.variable(variable.path("name").asText(), variable.path("expression").asText());
        }
        checks.put(kind, check);
      }
    }
    return checks;
  }

  private static GroupVersionKind paramKind(JsonNode json) {
    String version = json.path("apiVersion").asText();
    int slash = version.indexOf('/');
    return new GroupVersionKind(
        version.substring(0, Math.max(0, slash)),
        version.substring(slash + 1),
        json.path("kind").asText());
  }

  /** With a number in its name, as Kubernetes' messages have it. */
  private @Nullable Kind type(GroupVersionKind kind) {
    // A registry with other types has another collection of them.
    Collection<ResourceType> present = registry.types();
    KindTypes known = types;
    if (known == null || present != seen) {
      known = new KindTypes(present);
      types = known;
      seen = present;
    }
    ValueType type = known.of(kind);
    return type == null ? null : new Kind(kind.kind() + clock.instant().getNano(), type);
  }

  /** The kinds of the rules that have no wildcard; subresources are left out. */
  private SortedSet<GroupVersionKind> kinds(JsonNode rules) {
    var kinds = new TreeSet<>(ORDER);
    for (JsonNode each : rules) {
      Rule rule = Rule.of(each);
      int found = 0;
      for (GroupVersionKind kind : kinds(rule)) {
        kinds.add(kind);
        found++;
        if (found == MAX_KINDS) {
          return kinds;
        }
      }
    }
    return kinds;
  }

  private List<GroupVersionKind> kinds(Rule rule) {
    var kinds = new ArrayList<GroupVersionKind>();
    if (isWild(rule.apiGroups()) || isWild(rule.apiVersions())) {
      return kinds;
    }
    for (String group : rule.apiGroups().stream().sorted().toList()) {
      for (String version : rule.apiVersions().stream().sorted().toList()) {
        for (String resource : rule.resources().stream().sorted().toList()) {
          addKinds(kinds, group, version, resource.toLowerCase(Locale.ROOT));
        }
      }
    }
    return kinds;
  }

  private static boolean isWild(List<String> names) {
    return names.stream().anyMatch(each -> each.contains("*"));
  }

  /** The core group has no name, and so stands for all groups here, as in Kubernetes. */
  private void addKinds(
      List<GroupVersionKind> kinds, String group, String version, String resource) {
    for (ResourceType type : registry.types()) {
      boolean named = resource.equals(type.plural()) || resource.equals(type.singular());
      if (named && (group.isEmpty() || group.equals(type.group()))) {
        for (ServedVersion served : type.versions()) {
          if (served.name().equals(version)) {
            kinds.add(new GroupVersionKind(type.group(), version, type.kind()));
          }
        }
      }
    }
  }
}
