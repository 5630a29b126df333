package io.usher.benchmarks.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.usher.benchmarks.Certificate;
import io.usher.benchmarks.PortFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A list of Namespaces over HTTPS as one would write it with Javalin and Jackson alone. */
final class BareList {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private BareList() {}

  /** Runs it: key store, port file. */
  public static void main(String[] args) throws IOException {
    Javalin javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.addConnector(
                  (server, http) -> {
                    var tls = new SslContextFactory.Server();
                    tls.setKeyStorePath(args[0]);
                    tls.setKeyStorePassword(new String(Certificate.PASSWORD));
                    var connector =
                        new ServerConnector(
                            server,
                            new SslConnectionFactory(tls, "http/1.1"),
                            new HttpConnectionFactory(http));
                    connector.setHost("127.0.0.1");
                    return connector;
                  });
              config.routes.get(
                  FirstList.PATH,
                  call ->
                      call.contentType("application/json")
                          .result(MAPPER.writeValueAsBytes(list())));
            });
    javalin.start();
    var connector = (ServerConnector) javalin.jettyServer().server().getConnectors()[0];
    PortFile.write(Path.of(args[1]), connector.getLocalPort());
  }

  private static ObjectNode list() {
    ObjectNode list = MAPPER.createObjectNode();
    list.put("kind", "NamespaceList").put("apiVersion", "v1");
    list.putObject("metadata").put("resourceVersion", "1");
    ArrayNode items = list.putArray("items");
    for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
      items.addObject().putObject("metadata").put("name", name).put("uid", name);
    }
    return list;
  }
}
