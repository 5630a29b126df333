package io.usher.initializer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** Field managers of tools that keep objects as a repository has them. */
final class FieldManagers {

  /**
   * Parts of their names: {@code argocd-controller}, {@code kustomize-controller}, {@code Helm}.
   */
  private static final List<String> GITOPS =
      List.of("argocd", "flux", "kustomize-controller", "helm", "gitops", "configsync");

  private FieldManagers() {}

  /** A warning for each such tool that manages fields of the object. */
  static List<String> warnings(ObjectNode object) {
    var managers = new LinkedHashSet<String>();
    for (JsonNode entry : object.at("/metadata/managedFields")) {
      String manager = entry.path("manager").asText();
      String lower = manager.toLowerCase(Locale.ROOT);
      if (GITOPS.stream().anyMatch(lower::contains)) {
        managers.add(manager);
      }
    }
    return managers.stream()
        .map(
            manager ->
                manager + " manages it and may undo the change; change it in its repository, too")
        .toList();
  }
}
