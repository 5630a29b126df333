package io.usher.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one moment. It is replaced as a whole, and told unused once no thread is left in a
 * review that began with it.
 */
public final class RouteTable {

  private final Map<String, ReviewRoute> routes;
  private final Runnable unused;

  /** The reviews that began with it, and one for the server that serves it. */
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Routes that nobody serves yet.
   *
   * @param unused runs once, on the thread that was the last to use it
   */
  public RouteTable(List<ReviewRoute> routes, Runnable unused) {
    this.routes = routes.stream().collect(Collectors.toMap(ReviewRoute::path, Function.identity()));
    this.unused = unused;
  }

  @Nullable ReviewRoute find(String path) {
    return routes.get(path);
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
