package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** ServiceAccounts. */
final class ServiceAccounts implements BuiltInKind {

  private static final String MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    keepNames(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    keepNames(object);
  }

  /** Of Secrets it knows the names alone. */
  private static void keepNames(ObjectNode object) {
    Defaults.objects(object, "secrets").forEach(secret -> secret.retain("name"));
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return isMarked(object)
        ? List.of(
            "metadata.annotations["
                + MOUNTABLE
                + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted"
                + " secrets")
        : List.of();
  }

  @Override
  public List<String> warningsOnUpdate(ObjectNode object, ObjectNode old) {
    return isMarked(old) ? List.of() : warnings(object);
  }

  private static boolean isMarked(ObjectNode object) {
    return object.at("/metadata/annotations").has(MOUNTABLE);
  }
}
