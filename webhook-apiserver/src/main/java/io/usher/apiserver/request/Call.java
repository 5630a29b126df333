package io.usher.apiserver.request;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.RequestInfo;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * An authorized request to a resource.
 *
 * @param request the request
 * @param info what it wants
 * @param user on whose behalf
 * @param resource what it addresses
 * @param accepted how the answer shall look
 * @param renderer makes it look so
 * @param audit what the audit log is to say of it
 * @param nanosLeft how long it may still take
 */
record Call(
    ApiRequest request,
    RequestInfo info,
    UserInfo user,
    ApiResource resource,
    Accepted accepted,
    Renderer renderer,
    Map<String, String> audit,
    LongSupplier nanosLeft) {

  /** The namespace that the object's key has: a Namespace itself has none. */
  String keyNamespace() {
    return resource.type().namespaced() ? info.namespace() : "";
  }
}
