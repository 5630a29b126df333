package io.usher.rule;

import java.lang.annotation.Annotation;

/** A question that the API server asks before it looks at a request's object. */
public enum Door {
  /** Who is this? Asked by {@code TokenReview}, answered by {@link Authenticating} rules. */
  AUTHENTICATION("authenticate", Authenticating.class),
  /** May he? Asked by {@code SubjectAccessReview}, answered by {@link Authorizing} rules. */
  AUTHORIZATION("authorize", Authorizing.class);

  private final String verb;
  private final Class<? extends Annotation> annotation;

  Door(String verb, Class<? extends Annotation> annotation) {
    this.verb = verb;
    this.annotation = annotation;
  }

  /** The first segment of its paths: {@code authenticate}, {@code authorize}. */
  public String verb() {
    return verb;
  }

  /** The path on which the rules of a webhook answer: {@code /authenticate/NAME}. */
  public String path(String webhook) {
    return "/" + verb + "/" + webhook;
  }

  /** What a method is annotated with that answers. */
  public Class<? extends Annotation> annotation() {
    return annotation;
  }
}
