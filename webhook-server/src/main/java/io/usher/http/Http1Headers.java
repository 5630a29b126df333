package io.usher.http;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * What Jetty's HTTP/1.1 parser knows of a request whose headers arrive. Jetty has no public way to
 * ask, so this class reads its internals: the only one that does.
 */
final class Http1Headers {

  private Http1Headers() {}

  /** Whether the connection speaks HTTP/1.1. */
  static boolean isHttp1(Connection connection) {
    return connection instanceof HttpConnection;
  }

  /**
   * When the headers began that have not arrived whole, on {@link System#nanoTime()}'s scale; 0
   * when there are none. The parser's fields belong to the connection's own thread, so what this
   * says may be old.
   *
   * @param connection one that speaks HTTP/1.1
   */
  static long unfinishedSince(Connection connection) {
    var parser = ((HttpConnection) connection).getParser();
    return parser.inHeaderState() && !parser.isStart() ? parser.getBeginNanoTime() : 0;
  }
}
