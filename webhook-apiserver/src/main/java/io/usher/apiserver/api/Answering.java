package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;

/**
 * Answers what is created with the same object, filled in, and stores nothing: the review kinds
 * such as {@code SelfSubjectAccessReview}.
 */
public interface Answering {

  /**
   * Fills in {@code status}.
   *
   * @param object the decoded and defaulted body, edited in place
   * @param user who asks
   * @param namespace the namespace of the path, or empty
   * @throws ApiException when the request fails
   */
  void answer(ObjectNode object, UserInfo user, String namespace);
}
