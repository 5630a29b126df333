package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionResource;
import io.usher.cluster.FieldPath;
import java.util.List;

/**
 * A read that passed the checks.
 *
 * @param description as it is written
 * @param resource what is listed and watched
 * @param fields what is kept, empty for everything
 */
public record ReadDeclaration(
    ReadDescription description, GroupVersionResource resource, List<FieldPath> fields) {

  public ReadDeclaration {
    fields = List.copyOf(fields);
  }
}
