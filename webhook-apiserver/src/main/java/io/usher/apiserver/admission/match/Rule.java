package io.usher.apiserver.admission.match;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GroupResource;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code RuleWithOperations}, or a {@code NamedRuleWithOperations}; {@code *} stands for all.
 *
 * @param resources {@code pods}, {@code pods/exec}, {@code *}{@code /scale}, {@code pods/*}
 * @param resourceNames the names of the objects that it is about; empty for all
 * @param scope {@code Cluster}, {@code Namespaced} or {@code *}
 */
public record Rule(
    List<String> operations,
    List<String> apiGroups,
    List<String> apiVersions,
    List<String> resources,
    List<String> resourceNames,
    String scope) {

  public Rule {
    operations = List.copyOf(operations);
    apiGroups = List.copyOf(apiGroups);
    apiVersions = List.copyOf(apiVersions);
    resources = List.copyOf(resources);
    resourceNames = List.copyOf(resourceNames);
  }

  /** Reads one; what it leaves out matches nothing, but for the scope. */
  public static Rule of(JsonNode json) {
    return new Rule(
        texts(json, "operations"),
        texts(json, "apiGroups"),
        texts(json, "apiVersions"),
        texts(json, "resources"),
        texts(json, "resourceNames"),
        json.path("scope").asText("*"));
  }

  /**
   * Whether it is about a write.
   *
   * @param seen what is asked about: the request's resource, or one with the same objects
   */
  public boolean matches(AdmissionAttributes attributes, ApiResource seen) {
    return isScope(attributes)
        && contains(apiVersions, seen.version().name())
        && contains(apiGroups, seen.type().group())
        && isOperation(attributes.operation())
        && isResource(seen.type().plural(), attributes.info().subresource())
        && (resourceNames.isEmpty() || resourceNames.contains(attributes.name()));
  }

  /** Whether it names a resource or its subresources. */
  public boolean names(GroupResource resource) {
    return contains(apiGroups, resource.group())
        && resources.stream()
            .map(each -> each.split("/", 2)[0])
            .anyMatch(each -> each.equals("*") || each.equals(resource.resource()));
  }

  private boolean isOperation(Operation operation) {
    return contains(operations, operation.name());
  }

  private boolean isScope(AdmissionAttributes attributes) {
    boolean clusterWide =
        attributes.namespace().isEmpty()
            || attributes.info().group().isEmpty()
                && attributes.info().resource().equals("namespaces");
    return switch (scope) {
      case "Cluster" -> clusterWide;
      case "Namespaced" -> !clusterWide;
      default -> scope.equals("*");
    };
  }

  private boolean isResource(String seen, String seenSubresource) {
    for (String each : resources) {
      int slash = each.indexOf('/');
      String resource = slash < 0 ? each : each.substring(0, slash);
      String subresource = slash < 0 ? "" : each.substring(slash + 1);
      if ((resource.equals("*") || resource.equals(seen))
          && (subresource.equals("*") || subresource.equals(seenSubresource))) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(List<String> stated, String requested) {
    return stated.contains("*") || stated.contains(requested);
  }

  /** A list of texts. */
  public static List<String> texts(JsonNode json, String member) {
    var texts = new ArrayList<String>();
    json.path(member).forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
