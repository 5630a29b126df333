package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import java.util.List;

/**
 * What is special about a type's objects when they are written: the {@code RESTCreateStrategy},
 * {@code RESTUpdateStrategy} and {@code RESTDeleteStrategy} of k8s.io/apiserver. Each method has a
 * default, so that a type says only what differs. Objects are in the served version, defaulted
 * already. Called by several threads at once.
 */
public interface Strategy {

  /** Nothing special. */
  Strategy PLAIN = new Strategy() {};

  /**
   * Before admission of a new object: drop what a client may not set, set what the server sets.
   * {@code status} is gone already where it is a subresource.
   */
  default void prepareForCreate(ObjectNode object) {}

  /** Before admission of a change; {@code object} is edited. */
  default void prepareForUpdate(ObjectNode object, ObjectNode old) {}

  /**
   * Before admission of a change of one part of an object.
   *
   * @param part {@code status} or the name of another subresource that is a part
   * @param object what is written; edited
   */
  default void prepareForPartUpdate(String part, ObjectNode object, ObjectNode old) {}

  /** What is wrong with a new object, in the order in which the message names it. */
  default List<FieldError> validate(ObjectNode object) {
    return List.of();
  }

  /** What is wrong with a change, immutable fields included. */
  default List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    return validate(object);
  }

  /** What is wrong with a change of one part, {@code status} or another. */
  default List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    return List.of();
  }

  /** Texts of {@code Warning} headers for an object that is created. */
  default List<String> warnings(ObjectNode object) {
    return List.of();
  }

  /** The same for an object that is updated. */
  default List<String> warningsOnUpdate(ObjectNode object, ObjectNode old) {
    return warnings(object);
  }

  /** Says in a new object who made it, for kinds that tell. */
  default void createdBy(ObjectNode object, UserInfo user) {}

  /** Whether a PUT of a name that is not there creates the object. */
  default boolean allowsCreateOnUpdate() {
    return false;
  }

  /** Whether a PUT without resourceVersion replaces the object whatever its version. */
  default boolean allowsUnconditionalUpdate() {
    return true;
  }

  /** Whether {@code metadata.generation} counts the changes of all but metadata and status. */
  default boolean tracksGeneration() {
    return true;
  }

  /** Whether generation counts the changes of annotations, too. */
  default boolean generationCountsAnnotations() {
    return false;
  }

  /** Whether who creates an object may give its {@code status}. */
  default boolean takesStatusOnCreate() {
    return false;
  }

  /** Before an object gets its {@code deletionTimestamp}: say in it that it goes. */
  default void prepareForDelete(ObjectNode object) {}

  /**
   * Whether an object that is being deleted, and whose finalizers are gone, goes now. A Namespace
   * stays while {@code spec.finalizers} has one.
   */
  default boolean mayBeRemoved(ObjectNode object) {
    return true;
  }

  /** Whether DELETE answers with the object that is gone, not with a {@code Status}. */
  default boolean returnsDeletedObject() {
    return false;
  }

  /**
   * Seconds that an object may take to go, as its {@code deletionGracePeriodSeconds} says. Nobody
   * here has to wait for it: the object is told of with its {@code deletionTimestamp}, and goes.
   *
   * @param asked {@code gracePeriodSeconds} of the request, or a negative number
   * @return a negative number when the type knows no such period
   */
  default long gracePeriodSeconds(ObjectNode object, long asked) {
    return -1;
  }

  /** Whether finalizers need a domain, but for Kubernetes' own, as with most built-in kinds. */
  default boolean requiresQualifiedFinalizers() {
    return false;
  }

  /** Whether names must be labels or subdomains of DNS, or other: what is wrong, one text each. */
  default List<String> validateName(String name, boolean prefix) {
    return ObjectNames.subdomainProblems(name, prefix);
  }
}
