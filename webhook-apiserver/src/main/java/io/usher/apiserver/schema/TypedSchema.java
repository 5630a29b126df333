package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.Status;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import java.util.List;
import java.util.function.Consumer;

/**
 * The schema of one of Kubernetes' own kinds. Objects come out of it as kube-apiserver's decoder
 * and encoder leave them. Its tables are read when the first object comes.
 */
public final class TypedSchema implements ObjectSchema {

  private final GroupVersionKind kind;
  private final String definition;
  private final Consumer<ObjectNode> defaults;

  private TypedSchema(GroupVersionKind kind, String definition, Consumer<ObjectNode> defaults) {
    this.kind = kind;
    this.definition = definition;
    this.defaults = defaults;
  }

  /**
   * The schema of a built-in kind.
   *
   * @param defaults sets what is absent and has a default
   */
  public static TypedSchema builtIn(GroupVersionKind kind, Consumer<ObjectNode> defaults) {
    return new TypedSchema(kind, TypeTable.definition(kind), defaults);
  }

  /** The kind's name in OpenAPI, {@code io.k8s.api.core.v1.Pod}. */
  public String definition() {
    return definition;
  }

  @Override
  public List<String> prune(ObjectNode object) {
    try {
      return new Decoder(TypeTable.BUILT_IN).decode(object, type());
    } catch (DecodingException e) {
      throw new ApiException(Status.badRequest(e.problem()));
    }
  }

  @Override
  public void setDefaults(ObjectNode object) {
    defaults.accept(object);
    new ZeroValues(TypeTable.BUILT_IN).fill(object, type());
  }

  @Override
  public StructSchema mergeSchema() {
    return PatchSchema.builtIn().forKind(kind.group(), kind.version(), kind.kind());
  }

  @Override
  public ObjectNode blank() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    new ZeroValues(TypeTable.BUILT_IN).fill(object, type());
    return object;
  }

  private StructType type() {
    return TypeTable.BUILT_IN.struct(definition);
  }
}
