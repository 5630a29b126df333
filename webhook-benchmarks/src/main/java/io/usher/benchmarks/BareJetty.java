package io.usher.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The ground that Usher stands on: Jetty with a handler that walks the body, and nothing else. */
final class BareJetty {

  private static final int MAX_BODY = 8 << 20;

  /** Connections wait while the other servers have their turn. */
  private static final long IDLE_MILLIS = 120_000;

  private BareJetty() {}

  /** Runs it: key store, port file. */
  public static void main(String[] args) throws Exception {
    var tls = new SslContextFactory.Server();
    tls.setKeyStorePath(args[0]);
    tls.setKeyStorePassword(new String(Certificate.PASSWORD));
    var server = new Server();
    var http = new HttpConnectionFactory();
    var connector = new ServerConnector(server, new SslConnectionFactory(tls, "http/1.1"), http);
    connector.setHost("127.0.0.1");
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    server.setHandler(new Walk());
    server.start();
    PortFile.write(Path.of(args[1]), connector.getLocalPort());
    server.join();
  }

  private static final class Walk extends Handler.Abstract {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Content.Source.asByteArrayAsync(
          request,
          MAX_BODY,
          Promise.Invocable.from(
              InvocationType.NON_BLOCKING,
              body -> answer(body, response, callback),
              callback::failed));
      return true;
    }

    private static void answer(byte[] body, Response response, Callback callback) {
      try {
        byte[] answer = WalkedReview.answer(body);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
        response.write(true, ByteBuffer.wrap(answer), callback);
      } catch (IOException e) {
        callback.failed(e);
      }
    }
  }
}
