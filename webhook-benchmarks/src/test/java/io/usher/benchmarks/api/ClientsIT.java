package io.usher.benchmarks.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.apiserver.admission.policy.ValidatingPolicies;
import io.usher.server.HttpsApiServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientsIT {

  private HttpsApiServer server;
  private Api api;

  @BeforeEach
  void start() throws Exception {
    server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config -> config.admission(objects -> List.of(new ValidatingPolicies(objects))),
            fatal -> {});
    api = Servers.usher(Servers.MEMORY, server.kubeconfig(), List.of());
    api.namespace("load");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatIsCreatedIsReadAndDeleted() throws Exception {
    assertThat(Creates.create(api, "load", 50, 0).rate()).isPositive();
    assertThat(Reads.list(api, "load", 50, 2).p99Millis()).isPositive();
    Reads.get(api, "load", 50, 0, 1);
    Creates.delete(api, "load", 50, 0);
    assertThatThrownBy(() -> Reads.list(api, "load", 50, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("objects are listed, not 50");
  }

  @Test
  void whatIsAppliedIsThere() throws Exception {
    api.namespace(Applies.NAMESPACE);
    Applies.create(api);
    assertThat(Applies.apply(api, 16, 7).rate()).isPositive();
    try (var connection = ApiConnection.open(api)) {
      connection.get("/apis/apps/v1/namespaces/" + Applies.NAMESPACE + "/deployments");
      assertThat(connection.count("\"value\":\"7-")).isEqualTo(16 * 4);
    }
  }

  @Test
  void whatPassesIsCreatedUnderPoliciesThatDeny() throws Exception {
    api.namespace(Policies.NAMESPACE);
    Policies.bind(api, 0, 3);
    assertThat(Policies.create(api, 16, 0).rate()).isPositive();
    try (var connection = ApiConnection.open(api)) {
      connection.get("/apis/apps/v1/namespaces/" + Policies.NAMESPACE + "/deployments");
      assertThat(connection.count("\"uid\":")).isEqualTo(16);
    }
  }

  @Test
  void everyWatcherIsToldOfEveryChange() throws Exception {
    Creates.create(api, "load", 1, 0);
    try (WatchFleet fleet = WatchFleet.open(api, List.of("load", "load", "load", "default"))) {
      Clients.run(
          api,
          2,
          client ->
              client.timed(
                  connection ->
                      connection.put(
                          ConfigMaps.path("load") + '/' + Creates.name(0, 0),
                          ConfigMaps.object(Creates.name(0, 0)))));
      assertThat(fleet.p99Millis(2 * 3)).isPositive();
    }
  }

  @Test
  void anotherAnswerThanTheExpectedOneEndsTheRun() {
    assertThatThrownBy(() -> Reads.get(api, "load", 1, 1, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("answered 404");
  }
}
