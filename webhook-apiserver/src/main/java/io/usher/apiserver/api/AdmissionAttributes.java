package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A write on its way through admission. For one thread at a time. */
public final class AdmissionAttributes {

  private final ApiResource resource;
  private final RequestInfo info;
  private final UserInfo user;
  private final Operation operation;
  private final String name;
  private @Nullable ObjectNode object;
  private final @Nullable ObjectNode oldObject;
  private final ObjectNode options;
  private final boolean dryRun;
  private LongSupplier nanosLeft = () -> Long.MAX_VALUE;
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, String> auditAnnotations = new LinkedHashMap<>();

  /**
   * A write.
   *
   * @param resource what the client addresses
   * @param info what the request wants; a collection's deletion comes once for each object
   * @param name the object's name; empty on CREATE with generateName
   * @param object the object as it will be, null on DELETE
   * @param oldObject the object as it is, null on CREATE
   * @param options {@code CreateOptions}, {@code UpdateOptions}, {@code PatchOptions} or {@code
   *     DeleteOptions}
   */
  public AdmissionAttributes(
      ApiResource resource,
      RequestInfo info,
      UserInfo user,
      Operation operation,
      String name,
      @Nullable ObjectNode object,
      @Nullable ObjectNode oldObject,
      ObjectNode options,
      boolean dryRun) {
    this.resource = resource;
    this.info = info;
    this.user = user;
    this.operation = operation;
    this.name = name;
    this.object = object;
    this.oldObject = oldObject;
    this.options = options;
    this.dryRun = dryRun;
  }

  public ApiResource resource() {
    return resource;
  }

  public RequestInfo info() {
    return info;
  }

  public UserInfo user() {
    return user;
  }

  public Operation operation() {
    return operation;
  }

  /** The object's name, empty on CREATE with generateName. */
  public String name() {
    return name;
  }

  /** The object's namespace, empty for a cluster-scoped object; a Namespace's own name. */
  public String namespace() {
    return info.namespace();
  }

  /** The object as it will be, to be edited in place while mutating; null on DELETE. */
  public @Nullable ObjectNode object() {
    return object;
  }

  /**
   * The object as it will be, of a request that writes one.
   *
   * @throws NullPointerException on DELETE
   */
  public ObjectNode written() {
    return Objects.requireNonNull(object, "a deletion writes no object");
  }

  /** Puts another object in the place of {@link #object()}. */
  public void object(ObjectNode other) {
    object = Objects.requireNonNull(other, "object");
  }

  /** The object as it is, not to be edited; null on CREATE. */
  public @Nullable ObjectNode oldObject() {
    return oldObject;
  }

  public ObjectNode options() {
    return options;
  }

  public boolean dryRun() {
    return dryRun;
  }

  /** How long the request may still take, in nanoseconds; as good as for ever by default. */
  public long nanosLeft() {
    return nanosLeft.getAsLong();
  }

  /** Says how long the request may still take, in nanoseconds. */
  public AdmissionAttributes nanosLeft(LongSupplier left) {
    nanosLeft = left;
    return this;
  }

  /** Adds a {@code Warning} header to the answer, once for each text. */
  public void warn(String text) {
    if (!warnings.contains(text)) {
      warnings.add(text);
    }
  }

  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Adds an annotation to the audit event, {@code plugin.example.com/key}. */
  public void annotateAudit(String key, String value) {
    auditAnnotations.put(key, value);
  }

  public Map<String, String> auditAnnotations() {
    return Map.copyOf(auditAnnotations);
  }
}
