package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import org.jspecify.annotations.Nullable;

/** Answers requests to a subresource of a type's own. */
public interface SubresourceHandler {

  /**
   * Answers a request, which is authorized already.
   *
   * @throws ApiException when it fails
   */
  ObjectNode handle(Call call);

  /**
   * A request to a subresource.
   *
   * @param info what the request wants
   * @param user who makes it
   * @param body the decoded body, {@code apiVersion} and {@code kind} checked; null without one
   * @param dryRun whether nothing may be stored
   * @param objects the server's objects
   */
  record Call(
      RequestInfo info,
      UserInfo user,
      @Nullable ObjectNode body,
      boolean dryRun,
      ObjectStore objects) {}
}
