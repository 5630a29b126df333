package io.usher.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.RequestInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A FlowSchema, as requests are compared with it.
 *
 * @param level the name of its priority level
 */
record FlowSchema(String name, String uid, int precedence, String level, List<Rule> rules) {

  /** The order in which a request meets them. */
  static final Comparator<FlowSchema> ORDER =
      Comparator.comparingInt(FlowSchema::precedence).thenComparing(FlowSchema::name);

  private static final String ALL = "*";
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  private record Rule(
      List<Subject> subjects, List<ResourceRule> ofResources, List<PathRule> ofPaths) {

    boolean matches(UserInfo user, RequestInfo request) {
      return subjects.stream().anyMatch(each -> each.matches(user))
          && (request.resourceRequest()
              ? ofResources.stream().anyMatch(each -> each.matches(request))
              : ofPaths.stream().anyMatch(each -> each.matches(request)));
    }
  }

  private record Subject(String kind, String namespace, String name) {

    static Subject of(JsonNode json) {
      JsonNode named =
          switch (json.path("kind").asText()) {
            case "User" -> json.path("user");
            case "Group" -> json.path("group");
            default -> json.path("serviceAccount");
          };
      return new Subject(
          json.path("kind").asText(),
          named.path("namespace").asText(),
          named.path("name").asText());
    }

    boolean matches(UserInfo user) {
      return switch (kind) {
        case "User" -> name.equals(ALL) || name.equals(user.username());
        case "Group" -> name.equals(ALL) || user.groups().contains(name);
        case "ServiceAccount" ->
            name.equals(ALL)
                ? user.username().startsWith(SERVICE_ACCOUNT + namespace + ':')
                : user.username().equals(SERVICE_ACCOUNT + namespace + ':' + name);
        default -> false;
      };
    }
  }

  private record ResourceRule(
      List<String> verbs,
      List<String> groups,
      List<String> resources,
      boolean clusterScope,
      List<String> namespaces) {

    boolean matches(RequestInfo request) {
      String resource =
          request.subresource().isEmpty()
              ? request.resource()
              : request.resource() + '/' + request.subresource();
      return has(verbs, request.verb())
          && has(resources, resource)
          && has(groups, request.group())
          && (request.namespace().isEmpty() ? clusterScope : has(namespaces, request.namespace()));
    }
  }

  private record PathRule(List<String> verbs, List<String> paths) {

    boolean matches(RequestInfo request) {
      return has(verbs, request.verb())
          && paths.stream().anyMatch(each -> covers(each, request.path()));
    }

    /** Whether a stated path is the requested one, or stands above it. */
    private static boolean covers(String stated, String path) {
      String above = stated.endsWith(ALL) ? stated.substring(0, stated.length() - 1) : stated;
      return stated.equals(ALL)
          || stated.equals(path)
          || path.startsWith(above.endsWith("/") ? above : above + '/');
    }
  }

  static FlowSchema of(JsonNode object) {
    JsonNode spec = object.path("spec");
    return new FlowSchema(
        object.at("/metadata/name").asText(),
        object.at("/metadata/uid").asText(),
        spec.path("matchingPrecedence").asInt(),
        spec.at("/priorityLevelConfiguration/name").asText(),
        list(
            spec.path("rules"),
            rule ->
                new Rule(
                    list(rule.path("subjects"), Subject::of),
                    list(
                        rule.path("resourceRules"),
                        each ->
                            new ResourceRule(
                                texts(each, "verbs"),
                                texts(each, "apiGroups"),
                                texts(each, "resources"),
                                each.path("clusterScope").asBoolean(),
                                texts(each, "namespaces"))),
                    list(
                        rule.path("nonResourceRules"),
                        each ->
                            new PathRule(texts(each, "verbs"), texts(each, "nonResourceURLs"))))));
  }

  boolean matches(UserInfo user, RequestInfo request) {
    for (Rule rule : rules) {
      if (rule.matches(user, request)) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(List<String> stated, String requested) {
    return stated.contains(ALL) || stated.contains(requested);
  }

  private static List<String> texts(JsonNode json, String member) {
    return list(json.path(member), JsonNode::asText);
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> each) {
    var list = new ArrayList<T>(array.size());
    array.forEach(element -> list.add(each.apply(element)));
    return List.copyOf(list);
  }
}
