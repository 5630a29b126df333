package io.usher.apiserver.api;

import io.usher.admission.UserInfo;
import java.util.Map;

/**
 * Says as what a request counts, as kube-apiserver's priority and fairness does. Called by many
 * threads at once.
 */
@FunctionalInterface
public interface RequestClassifier {

  /**
   * The headers that tell the client of a request, whatever its answer is.
   *
   * @param user as whom it is made
   * @return none when nothing is known of it
   */
  Map<String, String> classify(UserInfo user, RequestInfo request);
}
