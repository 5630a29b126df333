package io.usher.rule;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.cluster.ClusterReader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One call of one rule: what it may see and say beside its decision. Used by the thread that the
 * rule was called on, until the rule returns.
 */
public interface RuleContext {

  /** The request as the API server sent it, its objects as they were before any rule. */
  AdmissionRequest request();

  /**
   * The object as the earlier rules left it, in a copy of this call's own: what a mutator edits
   * here becomes the object when the rule returns {@link Decision#allow()}. On DELETE it is the old
   * object, and edits count for nothing.
   *
   * <p>A call has one view: the same type gives the same instance again.
   *
   * @param type {@code ObjectNode} or {@code JsonNode}, {@code GenericKubernetesResource}, a
   *     fabric8 model, a {@code CustomResource}
   * @throws ObjectDecodingException when the object does not fit the type
   * @throws IllegalStateException when this call already has a view of another type
   */
  <T> T object(Class<T> type);

  /**
   * The object as it is before the operation, in a copy of this call's own, or null on CREATE and
   * CONNECT.
   *
   * @throws ObjectDecodingException when the object does not fit the type
   */
  <T> @Nullable T oldObject(Class<T> type);

  /** What the client does. */
  default Operation operation() {
    return request().operation();
  }

  /** Whether nothing will be stored: side effects are forbidden then. */
  default boolean dryRun() {
    return request().dryRun();
  }

  /** Who makes the request. */
  default UserInfo user() {
    return request().userInfo();
  }

  /** What the rule's class, or its webhook's builder, declares to read of the cluster. */
  ClusterReader cluster();

  /** How much of this rule's budget is left; zero when it has passed. */
  Duration remaining();

  /**
   * Shows the client this text, whatever the decision. Control characters become spaces, and a text
   * that is too long for the API server is cut with a visible mark.
   */
  void warn(String text);

  /**
   * Adds to the API server's audit log; it puts the webhook's name and a slash before the key.
   *
   * @param key a Kubernetes name of at most 63 characters without a slash: letters, digits, {@code
   *     -}, {@code _} and {@code .}
   * @throws IllegalArgumentException for any other key
   */
  void audit(String key, String value);
}
