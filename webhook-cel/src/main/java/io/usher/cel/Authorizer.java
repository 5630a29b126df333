package io.usher.cel;

import org.jspecify.annotations.Nullable;

/** Answers what expressions ask of {@code authorizer}. */
@FunctionalInterface
public interface Authorizer {

  /** What is asked. The user is that of the request, unless a service account is named. */
  sealed interface Query {

    /** The account to ask for; null for the user of the request. */
    @Nullable ServiceAccount serviceAccount();

    /** What is to be done, {@code get}. */
    String verb();
  }

  /** A service account. */
  record ServiceAccount(String namespace, String name) {}

  /** About a path that is of no resource. */
  record PathQuery(@Nullable ServiceAccount serviceAccount, String path, String verb)
      implements Query {}

  /**
   * About a resource, in whichever version; what is not named is empty.
   *
   * @param fieldSelector as it is written, perhaps not well-formed
   * @param labelSelector as it is written, perhaps not well-formed
   */
  record ResourceQuery(
      @Nullable ServiceAccount serviceAccount,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name,
      String fieldSelector,
      String labelSelector,
      String verb)
      implements Query {}

  /**
   * The answer.
   *
   * @param error empty for none
   */
  record Decision(boolean allowed, String reason, String error) {}

  /** Decides. Called while an expression is evaluated. */
  Decision decide(Query query);
}
