package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the fields of a version's objects are. */
public interface ObjectSchema {

  /** Objects of any shape: nothing is unknown, nothing is defaulted. */
  ObjectSchema ANY =
      new ObjectSchema() {
        @Override
        public List<String> prune(ObjectNode object) {
          return List.of();
        }

        @Override
        public void setDefaults(ObjectNode object) {}

        @Override
        public @Nullable StructSchema mergeSchema() {
          return null;
        }
      };

  /**
   * Of how many fields somebody is told at most: a warning for each would fill the answer's head.
   */
  int MAX_TOLD = 50;

  /**
   * Removes the fields that the type does not have.
   *
   * @param object a whole object, edited in place; {@code metadata} included
   * @return the paths of the first removed fields, of {@value #MAX_TOLD} or some more, in the
   *     document's order: {@code spec.replcas}, {@code spec.containers[0].imge}
   * @throws ApiException a BadRequest where a value has a type that the field can't hold
   */
  List<String> prune(ObjectNode object);

  /** Removes the nulls that a client sent where there can be none. */
  default void pruneNulls(ObjectNode object) {}

  /** Sets the fields that are absent and have a default. */
  void setDefaults(ObjectNode object);

  /** What is wrong with the values of a new or changed object, before the type's own validation. */
  default List<FieldError> validate(ObjectNode object) {
    return List.of();
  }

  /** The same of a change: what was wrong before, and is the same, may be left. */
  default List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    return validate(object);
  }

  /** The same of a change of {@code status} alone. */
  default List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode old) {
    return validateUpdate(object, old);
  }

  /**
   * The keys of the lists for strategic merge patches; null where such a patch is refused with 415,
   * as for custom resources.
   */
  @Nullable StructSchema mergeSchema();

  /** Whether it is of custom resources, which kube-apiserver treats otherwise in small things. */
  default boolean isCustom() {
    return false;
  }

  /** How the values of the fields are divided among managers; without a schema by their shape. */
  default StructSchema fieldSchema() {
    StructSchema merge = mergeSchema();
    return merge == null ? PatchSchema.ofCustomResource(MissingNode.getInstance()) : merge;
  }

  /**
   * An object in which nobody has set anything, without {@code apiVersion} and {@code kind}: what
   * it has nevertheless is nobody's field.
   */
  default ObjectNode blank() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * The schema of the whole object in the form of OpenAPI v3, for the documents that the server
   * publishes; null for objects of any shape. {@code apiVersion}, {@code kind} and {@code metadata}
   * are described by the server.
   */
  default @Nullable ObjectNode openApi() {
    return null;
  }
}
