package io.usher.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import org.jspecify.annotations.Nullable;

/**
 * What the API server asks about: {@code request} of an {@code AdmissionReview}.
 *
 * <p>The three documents are those that the API server sent, before any rule. Each access gives a
 * copy of its own, parsed as far as it is read: editing it changes nothing.
 *
 * @param uid identifies this call; the answer bears it too
 * @param kind the type of {@code object}, as the webhook is registered for it
 * @param resource the resource that {@code kind} belongs to, as registered
 * @param subResource the subresource, {@code status}, or empty
 * @param requestKind the type that the client sent, when it was converted another than {@code kind}
 * @param requestResource the resource that the client addressed
 * @param requestSubResource the subresource that the client addressed, or empty
 * @param name the object's name; empty on CREATE with {@code generateName} and for a collection
 * @param namespace the object's namespace; empty for a cluster-scoped object; a Namespace's own
 *     name
 * @param operation what the client does
 * @param userInfo who does it
 * @param dryRun whether nothing will be stored: a rule must have no side effects then
 * @param object the object as it will be, absent on DELETE
 * @param oldObject the object as it is, there on UPDATE and DELETE
 * @param options the operation's options, {@code CreateOptions} for one; absent on CONNECT
 */
public record AdmissionRequest(
    String uid,
    GroupVersionKind kind,
    GroupVersionResource resource,
    String subResource,
    GroupVersionKind requestKind,
    GroupVersionResource requestResource,
    String requestSubResource,
    String name,
    String namespace,
    Operation operation,
    UserInfo userInfo,
    boolean dryRun,
    @Nullable ObjectNode object,
    @Nullable ObjectNode oldObject,
    @Nullable ObjectNode options) {

  @Override
  public @Nullable ObjectNode object() {
    return copy(object);
  }

  @Override
  public @Nullable ObjectNode oldObject() {
    return copy(oldObject);
  }

  @Override
  public @Nullable ObjectNode options() {
    return copy(options);
  }

  /** Kind, namespace and name for a message: {@code Pod default/web}. */
  public String describe() {
    String named = name.isEmpty() ? "(unnamed)" : name;
    boolean cluster = namespace.isEmpty() || kind.kind().equals("Namespace");
    return kind.kind() + " " + (cluster ? named : namespace + "/" + named);
  }

  private static @Nullable ObjectNode copy(@Nullable ObjectNode document) {
    return document == null ? null : LazyJson.copy(document);
  }
}
