package io.usher.listwatch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a client and a server, and has the faults of a network. */
public final class TcpRelay implements AutoCloseable {

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;
  private volatile boolean frozen;

  public TcpRelay(int target) throws IOException {
    this.target = target;
    start("relay", this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Ends each connection, now. */
  public void cut() {
    open.forEach(TcpRelay::close);
  }

  /** Whether new connections are closed at once. */
  public void refuse(boolean refuses) {
    refusing = refuses;
  }

  /** From now on what comes on the connections that there are goes nowhere, and they stay open. */
  public void freeze() {
    frozen = true;
  }

  /** New connections are well. */
  public void thaw() {
    frozen = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          client.close();
          continue;
        }
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        boolean[] dead = {false};
        start("relay-up", () -> pump(client, server, dead));
        start("relay-down", () -> pump(server, client, dead));
      } catch (IOException e) {
        // Closed, or the server is away: the client learns of it.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean[] dead) {
    byte[] buffer = new byte[16 << 10];
    try {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        dead[0] |= frozen;
        if (!dead[0]) {
          to.getOutputStream().write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      // The other direction ends, too.
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is to be gone.
    }
  }

  private static void start(String name, Runnable task) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
