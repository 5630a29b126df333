package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How custom resources are written; what is in them their schema checks. */
final class CustomResources implements Strategy {

  private final GroupResource resource;
  private final boolean terminating;

  /**
   * @param terminating whether the definition is being deleted, so that there are no new ones
   */
  CustomResources(GroupResource resource, boolean terminating) {
    this.resource = resource;
    this.terminating = terminating;
  }

  private static final Set<String> STANDARD_FINALIZERS =
      Set.of("orphan", "foregroundDeletion", "kubernetes");

  @Override
  public void prepareForCreate(ObjectNode object) {
    if (terminating) {
      throw new ApiException(
          Status.forbidden(
              resource,
              object.at("/metadata/name").asText(),
              "create not allowed while custom resource definition is terminating"));
    }
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return false;
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return finalizers(object, Set.of());
  }

  @Override
  public List<String> warningsOnUpdate(ObjectNode object, ObjectNode old) {
    var present = new HashSet<String>();
    old.at("/metadata/finalizers").forEach(each -> present.add(each.asText()));
    return finalizers(object, present);
  }

  private static List<String> finalizers(ObjectNode object, Set<String> present) {
    var warnings = new ArrayList<String>();
    for (JsonNode each : object.at("/metadata/finalizers")) {
      String name = each.asText();
      String head = "metadata.finalizers: " + GoText.quote(name) + ": ";
      if (present.contains(name)) {
        continue;
      }
      ObjectNames.qualifiedNameProblems(name).forEach(problem -> warnings.add(head + problem));
      if (name.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(name)) {
        String path = name.indexOf('.') < 0 ? "" : " including a path (/)";
        warnings.add(
            head
                + "prefer a domain-qualified finalizer name"
                + path
                + " to avoid accidental conflicts with other finalizer writers");
      }
    }
    return warnings;
  }
}
