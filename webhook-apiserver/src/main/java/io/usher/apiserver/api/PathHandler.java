package io.usher.apiserver.api;

import org.jspecify.annotations.Nullable;

/** Answers paths that are no resource: discovery, OpenAPI, health. Called by several threads. */
@FunctionalInterface
public interface PathHandler {

  /**
   * The answer, or null when the path is somebody else's.
   *
   * @throws ApiException when the request fails
   */
  @Nullable ApiResponse answer(ApiRequest request);
}
