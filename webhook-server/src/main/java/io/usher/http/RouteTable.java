package io.usher.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one moment. The table is replaced as a whole, and learns that it is unused once no
 * thread is left in a call that began with it.
 */
public final class RouteTable {

  private final Map<String, Route> exact;
  private final List<Route> prefixes;
  private final Runnable unused;

  /** The calls that began with it, and one for the server that serves it. */
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Routes that nobody serves yet.
   *
   * @param routes of which no two have one path
   * @param unused runs once, on the thread that was the last to use it
   */
  public RouteTable(List<? extends Route> routes, Runnable unused) {
    exact = routes.stream().collect(Collectors.toMap(Route::path, Function.identity()));
    prefixes = List.copyOf(routes.stream().filter(each -> each.path().endsWith("/")).toList());
    this.unused = unused;
  }

  /** The route of the path itself, or that with the longest prefix of it. */
  @Nullable Route find(String path) {
    var route = exact.get(path);
    if (route != null) {
      return route;
    }
    for (Route each : prefixes) {
      if (path.startsWith(each.path()) && (route == null || isLonger(each, route))) {
        route = each;
      }
    }
    return route;
  }

  private static boolean isLonger(Route one, Route other) {
    return one.path().length() > other.path().length();
  }

  /** Keeps it in use until {@link #leave()}; false when it is too late for that. */
  boolean enter() {
    return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  void leave() {
    if (users.decrementAndGet() == 0) {
      unused.run();
    }
  }
}
