package com.example.theatre;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.FrameSink;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.authz.AlwaysAllow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TheatreTest {

  private static final String V1 = "/apis/theatre.example.com/v1/namespaces/default/";
  private static final String V1BETA1 = "/apis/theatre.example.com/v1beta1/namespaces/default/";

  private final ApiServer server =
      ApiServer.create(
          config ->
              config
                  .resource(Shows.type(Clock.systemUTC()))
                  .resource(Tickets.type(Clock.systemUTC()))
                  .authenticator(request -> UserInfo.of("alice"))
                  .authorizer(objects -> new AlwaysAllow()));

  @AfterEach
  void close() {
    server.close();
  }

  private ApiResponse send(ApiRequest request) {
    return server.handle(request).toCompletableFuture().join();
  }

  private String get(String uri) {
    return text(send(ApiRequest.of("GET", uri)));
  }

  private ApiResponse post(String path, String kind, String name, String spec) {
    String[] parts = path.split("/");
    String body =
        """
        {"apiVersion": "%s/%s", "kind": "%s", "metadata": {"name": "%s"}, "spec": %s}"""
            .formatted(parts[2], parts[3], kind, name, spec);
    return send(
        ApiRequest.of("POST", path)
            .withHeaders(Headers.of(Map.of("Content-Type", List.of("application/json"))))
            .withBody(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(ApiResponse response) {
    return new String(((ApiResponse.Complete) response).bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void eachVersionHasTheFieldsOfTheOther() {
    post(V1BETA1 + "shows", "Show", "hamlet", "{\"name\": \"Hamlet\", \"capacity\": 2}");
    assertThat(get(V1 + "shows/hamlet")).contains("\"spec\":{\"title\":\"Hamlet\",\"seats\":2}");
    post(
        V1 + "tickets",
        "Ticket",
        "a",
        "{\"show\": \"x\", \"seat\": {\"row\": \"C\", \"number\": 7}}");
    assertThat(get(V1BETA1 + "tickets/a")).contains("\"spec\":{\"show\":\"x\",\"place\":\"C7\"}");
    post(V1BETA1 + "tickets", "Ticket", "b", "{\"show\": \"x\", \"place\": \"D12\"}");
    assertThat(get(V1 + "tickets/b"))
        .contains("\"spec\":{\"show\":\"x\",\"seat\":{\"row\":\"D\",\"number\":12}}");
  }

  @Test
  void badSpecIsNamedInTheClientsVersion() {
    assertThat(text(post(V1 + "shows", "Show", "a", "{\"seats\": 0}")))
        .contains("[spec.title: Required value", "spec.seats: Invalid value: 0");
    assertThat(text(post(V1BETA1 + "shows", "Show", "a", "{\"name\": \"A\"}")))
        .contains("spec.capacity: Invalid value: null");
    assertThat(text(post(V1BETA1 + "tickets", "Ticket", "a", "{\"place\": \"7C\"}")))
        .contains("spec.place: Invalid value: \\\"7C\\\": must be a row and a number, as C7");
  }

  @Test
  void salesGoOnUntilTheClientGoes() throws Exception {
    assertThat(send(ApiRequest.of("GET", V1 + "shows/hamlet/sales")).code()).isEqualTo(404);
    post(V1 + "shows", "Show", "hamlet", "{\"title\": \"Hamlet\", \"seats\": 2}");
    post(V1BETA1 + "tickets", "Ticket", "a", "{\"show\": \"hamlet\", \"place\": \"C7\"}");
    var client = new Client();
    var sales = (ApiResponse.Streaming) send(ApiRequest.of("GET", V1 + "shows/hamlet/sales"));
    sales.stream().start(client);
    assertThat(client.lines.poll(60, TimeUnit.SECONDS))
        .isEqualTo("{\"ticket\":\"a\",\"seat\":\"C7\"}\n");
    post(V1BETA1 + "tickets", "Ticket", "other", "{\"show\": \"macbeth\", \"place\": \"C7\"}");
    post(V1BETA1 + "tickets", "Ticket", "b", "{\"show\": \"hamlet\", \"place\": \"C8\"}");
    assertThat(client.lines.poll(60, TimeUnit.SECONDS))
        .isEqualTo("{\"ticket\":\"b\",\"seat\":\"C8\"}\n");
    client.gone.run();
    post(V1BETA1 + "tickets", "Ticket", "c", "{\"show\": \"hamlet\", \"place\": \"C9\"}");
    assertThat(client.lines).isEmpty();
  }

  /** Takes whatever comes. */
  private static final class Client implements FrameSink {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private Runnable gone = () -> {};

    @Override
    public void send(List<ByteBuffer> frames, Runnable done) {
      frames.forEach(
          frame -> lines.add(StandardCharsets.UTF_8.decode(frame.duplicate()).toString()));
      done.run();
    }

    @Override
    public void close() {}

    @Override
    public void abort() {}

    @Override
    public void onClose(Runnable action) {
      gone = action;
    }
  }
}
