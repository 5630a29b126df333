package io.usher.apiserver.api;

import java.util.Locale;

/** What can be done to a resource, in discovery's spelling. */
public enum Verb {
  CREATE,
  DELETE,
  DELETECOLLECTION,
  GET,
  LIST,
  PATCH,
  UPDATE,
  WATCH;

  private final String spelling = name().toLowerCase(Locale.ROOT);

  /** As discovery and authorization write it: {@code deletecollection}. */
  @Override
  public String toString() {
    return spelling;
  }
}
