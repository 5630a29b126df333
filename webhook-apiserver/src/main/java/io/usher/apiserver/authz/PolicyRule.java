package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.RequestInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@code PolicyRule} of rbac.authorization.k8s.io: about resources, or about paths that are none.
 *
 * @param verbs {@code *} for all
 * @param apiGroups {@code *} for all, empty text for the core group
 * @param resources {@code pods}, {@code pods/log}, {@code *}{@code /scale}, {@code *} for all,
 *     subresources included
 * @param resourceNames none for all, those without a name included
 * @param nonResourceUrls paths; with {@code *} at the end, all that begin so
 */
public record PolicyRule(
    List<String> verbs,
    List<String> apiGroups,
    List<String> resources,
    List<String> resourceNames,
    List<String> nonResourceUrls) {

  private static final String ALL = "*";

  public PolicyRule {
    verbs = List.copyOf(verbs);
    apiGroups = List.copyOf(apiGroups);
    resources = List.copyOf(resources);
    resourceNames = List.copyOf(resourceNames);
    nonResourceUrls = List.copyOf(nonResourceUrls);
  }

  static PolicyRule ofResources(
      List<String> verbs, List<String> apiGroups, List<String> resources) {
    return new PolicyRule(verbs, apiGroups, resources, List.of(), List.of());
  }

  static PolicyRule ofPaths(List<String> verbs, List<String> paths) {
    return new PolicyRule(verbs, List.of(), List.of(), List.of(), paths);
  }

  static PolicyRule of(JsonNode json) {
    return new PolicyRule(
        texts(json, "verbs"),
        texts(json, "apiGroups"),
        texts(json, "resources"),
        texts(json, "resourceNames"),
        texts(json, "nonResourceURLs"));
  }

  boolean allows(RequestInfo request) {
    if (!matches(verbs, request.verb())) {
      return false;
    }
    return request.resourceRequest()
        ? matches(apiGroups, request.group())
            && isAboutResource(request)
            && (resourceNames.isEmpty() || resourceNames.contains(request.name()))
        : nonResourceUrls.stream().anyMatch(each -> coversPath(each, request.path()));
  }

  private boolean isAboutResource(RequestInfo request) {
    String subresource = request.subresource();
    return subresource.isEmpty()
        ? matches(resources, request.resource())
        : matches(resources, request.resource() + '/' + subresource)
            || resources.contains("*/" + subresource);
  }

  /**
   * Whether it allows all that another rule allows.
   *
   * @param single a rule of one verb, and of one resource and at most one name, or of one path
   */
  boolean covers(PolicyRule single) {
    return (verbs.contains(ALL) || verbs.containsAll(single.verbs))
        && (apiGroups.contains(ALL) || apiGroups.containsAll(single.apiGroups))
        && single.resources.stream().allMatch(this::coversResource)
        && single.nonResourceUrls.stream()
            .allMatch(path -> nonResourceUrls.stream().anyMatch(each -> coversPath(each, path)))
        && (resourceNames.isEmpty()
            || !single.resourceNames.isEmpty() && resourceNames.containsAll(single.resourceNames));
  }

  private boolean coversResource(String resource) {
    int slash = resource.indexOf('/');
    return matches(resources, resource)
        || slash >= 0 && resources.contains('*' + resource.substring(slash));
  }

  /** Whether a stated path, which may end with {@code *}, covers another. */
  static boolean coversPath(String stated, String path) {
    return stated.equals(path) || stated.endsWith(ALL) && path.startsWith(withoutStars(stated));
  }

  private static String withoutStars(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '*') {
      end--;
    }
    return path.substring(0, end);
  }

  /** The same as rules of which each has one verb, and one resource and name or one path. */
  Stream<PolicyRule> singles() {
    Stream<PolicyRule> ofResources =
        apiGroups.stream()
            .flatMap(
                group ->
                    resources.stream()
                        .flatMap(
                            resource ->
                                verbs.stream().flatMap(verb -> singles(verb, group, resource))));
    Stream<PolicyRule> ofPaths =
        nonResourceUrls.stream()
            .flatMap(path -> verbs.stream().map(verb -> ofPaths(List.of(verb), List.of(path))));
    return Stream.concat(ofResources, ofPaths);
  }

  private Stream<PolicyRule> singles(String verb, String group, String resource) {
    var rule = ofResources(List.of(verb), List.of(group), List.of(resource));
    return resourceNames.isEmpty()
        ? Stream.of(rule)
        : resourceNames.stream().map(name -> rule.withNames(List.of(name)));
  }

  private PolicyRule withNames(List<String> names) {
    return new PolicyRule(verbs, apiGroups, resources, names, nonResourceUrls);
  }

  PolicyRule withVerbs(List<String> others) {
    return new PolicyRule(others, apiGroups, resources, resourceNames, nonResourceUrls);
  }

  /** As kube-apiserver's message about an escalation writes it. */
  @Override
  public String toString() {
    return Stream.of(
            member("APIGroups", apiGroups),
            member("Resources", resources),
            member("NonResourceURLs", nonResourceUrls),
            member("ResourceNames", resourceNames),
            member("Verbs", verbs))
        .filter(member -> !member.isEmpty())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String member(String name, List<String> values) {
    return values.isEmpty() ? "" : name + ':' + GoText.quote(values);
  }

  private static boolean matches(List<String> stated, String requested) {
    return stated.contains(ALL) || stated.contains(requested);
  }

  private static List<String> texts(JsonNode json, String member) {
    var texts = new ArrayList<String>();
    json.path(member).forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
