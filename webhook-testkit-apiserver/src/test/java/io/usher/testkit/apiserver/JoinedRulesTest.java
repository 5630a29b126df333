package io.usher.testkit.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.server.WebhookSource;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedRulesTest {

  private final List<String> closed = new ArrayList<>();

  /** Its close fails. */
  private WebhookSource source(String name) {
    return () ->
        new WebhookSource.Webhooks() {
          @Override
          public List<WebhookRegistration> webhooks() {
            return List.of();
          }

          @Override
          public void close() {
            closed.add(name);
            throw new IllegalStateException("close " + name);
          }
        };
  }

  @Test
  void allAreClosedThoughEachOfThemFails() {
    var loaded = new JoinedRules(List.of(source("a"), source("b"), source("c"))).load();

    assertThatThrownBy(loaded::close)
        .hasMessage("close c")
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("close b", "close a"));
    assertThat(closed).containsExactly("c", "b", "a");
  }

  @Test
  void whatStopsTheLoadIsToldThoughWhatWasLoadedCantBeClosed() {
    WebhookSource broken =
        () -> {
          throw new IllegalStateException("load b");
        };

    assertThatThrownBy(new JoinedRules(List.of(source("a"), broken))::load)
        .hasMessage("load b")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("a");
  }
}
