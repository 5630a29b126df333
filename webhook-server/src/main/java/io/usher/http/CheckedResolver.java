package io.usher.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Looks a host up once for each connection, and gives the addresses that were checked: what its
 * name leads to a moment later counts for nothing.
 *
 * @param names asked for the addresses of a host; may wait
 * @param allowed whether an address may be connected to; one that may not bars all of its name
 * @param executor asks
 */
record CheckedResolver(Names names, Predicate<InetAddress> allowed, Executor executor)
    implements SocketAddressResolver {

  /** Knows the addresses of hosts. */
  @FunctionalInterface
  interface Names {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  @Override
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    try {
      executor.execute(() -> resolve(host, port, promise));
    } catch (RejectedExecutionException e) {
      promise.failed(new UnknownHostException("too many names are looked up"));
    }
  }

  private void resolve(String host, int port, Promise<List<InetSocketAddress>> promise) {
    var found = new ArrayList<InetSocketAddress>();
    try {
      for (InetAddress address : names.addresses(host)) {
        if (!allowed.test(address)) {
          promise.failed(new AddressRefusedException());
          return;
        }
        found.add(new InetSocketAddress(address, port));
      }
    } catch (UnknownHostException e) {
      promise.failed(new UnknownHostException("lookup " + host + ": no such host"));
      return;
    } catch (RuntimeException e) {
      promise.failed(e);
      return;
    }
    promise.succeeded(found);
  }
}
