package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.FieldError.Reason;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The schema of custom resources: {@code openAPIV3Schema} of a CustomResourceDefinition. It prunes,
 * defaults and validates as kube-apiserver does for custom resources, rules in CEL ({@code
 * x-kubernetes-validations}) included. Immutable.
 */
public final class StructuralSchema implements ObjectSchema {

  /** After these a rule in CEL might meet values that its types exclude. */
  private static final Set<Reason> BLOCKING =
      Set.of(
          Reason.NOT_SUPPORTED,
          Reason.REQUIRED,
          Reason.TOO_LONG,
          Reason.TOO_MANY,
          Reason.TYPE_INVALID);

  private final ObjectNode json;
  private final SchemaNode root;
  private final ScaleChecks scale;
  private final ValidationRules rules;
  private volatile @Nullable StructSchema fields;

  private StructuralSchema(ObjectNode json, ScaleChecks scale) {
    this.json = json;
    this.scale = scale;
    root = SchemaNode.ofResource(json);
    rules = ValidationRules.of(root);
  }

  /**
   * The schema that a definition gives.
   *
   * @param openApiV3Schema of a whole object; copied. {@code apiVersion}, {@code kind} and {@code
   *     metadata} need not be in it
   */
  public static StructuralSchema of(ObjectNode openApiV3Schema) {
    return new StructuralSchema(openApiV3Schema.deepCopy(), ScaleChecks.NONE);
  }

  /** The same of objects that have numbers of replicas and a selector at these paths. */
  public StructuralSchema withScale(String specReplicas, String statusReplicas, String selector) {
    return new StructuralSchema(json, new ScaleChecks(specReplicas, statusReplicas, selector));
  }

  @Override
  public List<String> prune(ObjectNode object) {
    List<String> unknown = new ArrayList<>(EmbeddedResources.pruneMetadata(object, root));
    unknown.addAll(Pruning.prune(object, root));
    return unknown;
  }

  @Override
  public void pruneNulls(ObjectNode object) {
    Pruning.nulls(object, root);
  }

  @Override
  public void setDefaults(ObjectNode object) {
    Defaulting.set(object, root);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return ToldErrors.of(object, () -> problems(object));
  }

  private List<FieldError> problems(ObjectNode object) {
    List<FieldError> errors = new ArrayList<>(new SchemaValidator("").validate(object, root, null));
    errors.addAll(scale.check(object));
    errors.addAll(EmbeddedResources.check(object, root));
    errors.addAll(ListChecks.check(object, root));
    addRules(errors, object, null);
    return errors;
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    return ToldErrors.of(object, () -> problems(object, old));
  }

  private List<FieldError> problems(ObjectNode object, ObjectNode old) {
    List<FieldError> errors = new ArrayList<>(new SchemaValidator("").validate(object, root, old));
    errors.addAll(scale.check(object));
    errors.addAll(EmbeddedResources.check(object, root));
    addListChecks(errors, object, old);
    addRules(errors, object, old);
    return errors;
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode old) {
    return ToldErrors.of(object, () -> problemsOfStatus(object, old));
  }

  private List<FieldError> problemsOfStatus(ObjectNode object, ObjectNode old) {
    var errors = new ArrayList<FieldError>();
    SchemaNode status = root.property("status");
    if (object.has("status") && status != null) {
      errors.addAll(
          new SchemaValidator("status").validate(object.get("status"), status, old.get("status")));
    }
    errors.addAll(scale.checkStatus(object));
    addListChecks(errors, object, old);
    addRules(errors, object, old);
    return errors;
  }

  /** Lists that were wrong before may stay so. */
  private void addListChecks(List<FieldError> errors, ObjectNode object, ObjectNode old) {
    List<FieldError> found = ListChecks.check(object, root);
    if (!found.isEmpty() && ListChecks.check(old, root).isEmpty()) {
      errors.addAll(found);
    }
  }

  private void addRules(List<FieldError> errors, ObjectNode object, @Nullable ObjectNode old) {
    if (rules.isEmpty()) {
      return;
    }
    if (errors.stream().anyMatch(each -> BLOCKING.contains(each.reason()))) {
      errors.add(
          FieldError.invalid(
              "<nil>",
              NullNode.instance,
              "some validation rules were not checked because the object was invalid; correct the"
                  + " existing errors to complete validation"));
    } else {
      errors.addAll(rules.check(object, old));
    }
  }

  @Override
  public @Nullable StructSchema mergeSchema() {
    return null;
  }

  @Override
  public boolean isCustom() {
    return true;
  }

  @Override
  public StructSchema fieldSchema() {
    StructSchema read = fields;
    if (read == null) {
      read = PatchSchema.ofCustomResource(json);
      fields = read;
    }
    return read;
  }

  @Override
  public ObjectNode openApi() {
    ObjectNode published = json.deepCopy();
    published
        .findParents("x-kubernetes-int-or-string")
        .forEach(
            each -> {
              ArrayNode either = ((ObjectNode) each).putArray("anyOf");
              either.addObject().put("type", "integer");
              either.addObject().put("type", "string");
            });
    return published;
  }
}
