package io.usher.http;

/**
 * What answers the calls of a path. It knows no HTTP library, and holds no thread while it waits.
 *
 * <p>For each call, {@link #callers()} find who calls, {@link #accept} judges the headers, and what
 * that gives answers when the body has come. {@link #refused} learns of each call that is refused
 * on the way. All of these run on the threads that read from the network, so none may wait.
 */
public interface Route {

  /** The path; one that ends with a slash stands for all paths that begin with it. */
  String path();

  /** Who may call. */
  Callers callers();

  /** Judges a call by its headers. */
  Verdict accept(HttpCall call);

  /** A call was refused, and gets this status. */
  default void refused(int status) {}
}
