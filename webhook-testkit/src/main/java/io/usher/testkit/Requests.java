package io.usher.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Admission requests as an API server makes them.
 *
 * <p>An object is a fabric8 model, a {@code CustomResource}, a {@code GenericKubernetesResource}, a
 * JSON tree, or YAML text; it needs {@code apiVersion} and {@code kind}.
 */
public final class Requests {

  private Requests() {}

  /** A new object. */
  public static RequestBuilder create(Object object) {
    return new RequestBuilder(Operation.CREATE, Documents.tree(object), null);
  }

  /** A changed object. */
  public static RequestBuilder update(Object oldObject, Object object) {
    return new RequestBuilder(Operation.UPDATE, Documents.tree(object), Documents.tree(oldObject));
  }

  /** An object that goes. */
  public static RequestBuilder delete(Object oldObject) {
    return new RequestBuilder(Operation.DELETE, null, Documents.tree(oldObject));
  }

  /**
   * A connection to a subresource of an object.
   *
   * @param options what is connected with, {@code PodExecOptions}
   * @param resource the resource and the subresource, {@code pods/exec}
   * @param name the object's name
   */
  public static RequestBuilder connect(Object options, String resource, String name) {
    String[] path = resource.split("/", 2);
    if (path.length != 2) {
      throw new IllegalArgumentException(
          "\"" + resource + "\" names no subresource, as \"pods/exec\" does");
    }
    return new RequestBuilder(Operation.CONNECT, Documents.tree(options), null)
        .resource(path[0])
        .subresource(path[1])
        .name(name);
  }

  /** The same request about another object. */
  static AdmissionRequest withObject(AdmissionRequest request, @Nullable ObjectNode object) {
    return new AdmissionRequest(
        request.uid(),
        request.kind(),
        request.resource(),
        request.subResource(),
        request.requestKind(),
        request.requestResource(),
        request.requestSubResource(),
        request.name(),
        request.namespace(),
        request.operation(),
        request.userInfo(),
        request.dryRun(),
        object,
        request.oldObject(),
        request.options());
  }
}
