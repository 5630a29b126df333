package io.usher.apiserver.openapi;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What documents call a group and version.
 *
 * @param group the API group, empty for the core group
 */
record GroupNames(String group, String version) {

  /** The path of its document in the index: {@code api/v1}, {@code apis/apps/v1}. */
  String document() {
    return group.isEmpty() ? "api/" + version : "apis/" + group + '/' + version;
  }

  /** The beginning of its paths: {@code /apis/apps/v1/}. */
  String root() {
    return '/' + document() + '/';
  }

  /** What operation ids have behind the verb: {@code RbacAuthorizationV1}. */
  String prefix() {
    return camelGroup() + capital(version);
  }

  /** The group in operation ids: {@code RbacAuthorization}. */
  String camelGroup() {
    String name = group.isEmpty() ? "core" : group;
    String own = name.endsWith(".k8s.io") ? name.substring(0, name.length() - 7) : name;
    return Arrays.stream(own.split("[.-]")).map(GroupNames::capital).collect(Collectors.joining());
  }

  /** The tag of its operations: {@code rbacAuthorization_v1}. */
  String tag() {
    return groupTag() + '_' + version;
  }

  /** The tag of the group's own operations: {@code rbacAuthorization}. */
  String groupTag() {
    String camel = camelGroup();
    return Character.toLowerCase(camel.charAt(0)) + camel.substring(1);
  }

  static String capital(String word) {
    return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
