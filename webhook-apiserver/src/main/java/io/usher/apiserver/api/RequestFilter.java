package io.usher.apiserver.api;

/**
 * Stands between authentication and authorization, where kube-apiserver has flow control. Called by
 * many threads at once.
 */
@FunctionalInterface
public interface RequestFilter {

  /**
   * Lets a request go on by returning, at once or after a while.
   *
   * @throws ApiException when the request fails
   * @throws AbortedException when its client gets no answer
   */
  void filter(ApiRequest request, RequestInfo info);
}
