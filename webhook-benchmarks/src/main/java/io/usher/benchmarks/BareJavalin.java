package io.usher.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A webhook as one would write it with Javalin and Jackson alone: it adds what the tree rule adds.
 */
final class BareJavalin {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private BareJavalin() {}

  /** Runs it: key store, port file. */
  public static void main(String[] args) throws IOException {
    Javalin javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.addConnector((server, http) -> connector(server, http, args[0]));
              config.routes.post(
                  "/mutate/{webhook}",
                  call -> call.contentType("application/json").result(answer(call.bodyAsBytes())));
            });
    javalin.start();
    var connector = (ServerConnector) javalin.jettyServer().server().getConnectors()[0];
    PortFile.write(Path.of(args[1]), connector.getLocalPort());
  }

  private static Connector connector(Server server, HttpConfiguration http, String keyStore) {
    var tls = new SslContextFactory.Server();
    tls.setKeyStorePath(keyStore);
    tls.setKeyStorePassword(new String(Certificate.PASSWORD));
    var connector =
        new ServerConnector(
            server, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    return connector;
  }

  private static byte[] answer(byte[] body) throws IOException {
    JsonNode request = MAPPER.readTree(body).path("request");
    JsonNode metadata = request.path("object").path("metadata");
    var patch = MAPPER.createArrayNode();
    patch.add(addition(metadata, "labels", "usher.io~1marked", "true"));
    patch.add(addition(metadata, "annotations", "usher.io~1marked-by", "javalin"));
    var answer = MAPPER.createObjectNode();
    answer.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    answer
        .putObject("response")
        .put("uid", request.path("uid").asText())
        .put("allowed", true)
        .put("patchType", "JSONPatch")
        .put("patch", MAPPER.writeValueAsBytes(patch));
    return MAPPER.writeValueAsBytes(answer);
  }

  private static ObjectNode addition(JsonNode metadata, String map, String key, String value) {
    var addition = MAPPER.createObjectNode().put("op", "add");
    return metadata.has(map)
        ? addition.put("path", "/metadata/" + map + "/" + key).put("value", value)
        : addition
            .put("path", "/metadata/" + map)
            .set("value", MAPPER.createObjectNode().put(key.replace("~1", "/"), value));
  }
}
