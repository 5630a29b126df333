package io.usher.listwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.cluster.StaleViewException;
import io.usher.engine.Ticker;
import io.usher.view.ObjectPruner;
import io.usher.view.ViewSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The age of a view, by a ticker in the test's hand. */
class ViewAgeTest {

  private static final Read READ =
      new Read(
          ConfigMap.class,
          "",
          new GroupVersionResource("", "v1", "configmaps"),
          List.of(),
          List.of(),
          OnStale.FAIL);

  private final AtomicLong nanos = new AtomicLong();
  private final Ticker ticker = nanos::get;
  private final ResourceView view =
      new ResourceView(
          ViewSpec.of(List.of(READ)).get(0),
          ViewListener.NONE,
          ListWatchSettings.DEFAULT,
          Runnable::run,
          ticker);
  private final ResourceViews views = new ResourceViews(Duration.ofSeconds(150), ticker, null);

  ViewAgeTest() {
    views.add(view, new CompletableFuture<>());
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void assertAge(long seconds) {
    assertThat(views.now(READ).age()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(views.states())
        .containsExactly(new ViewState("configmaps", 0, Duration.ofSeconds(seconds)));
  }

  /** The ticker's origin is any, and what it counts may pass beyond what a long holds. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000_000L})
  void theAgeCountsFromWhatWasHeard(long origin) throws Exception {
    nanos.set(origin);
    view.tell(new Delta.Listed(List.of()));
    assertAge(0);
    pass(Duration.ofSeconds(59));
    assertAge(59);

    view.tell(new Delta.Bookmark());
    assertAge(0);
    pass(Duration.ofSeconds(7));
    var gone =
        new ObjectPruner(List.of())
            .prune(new ObjectMapper().readTree("{\"metadata\": {\"name\": \"a\"}}"));
    view.tell(new Delta.Deleted(gone));
    pass(Duration.ofSeconds(3));
    assertAge(3);
  }

  @Test
  void aViewIsReadUntilItIsOlderThanAllowedAndAgainWhenItIsHeardOf() throws Exception {
    view.tell(new Delta.Listed(List.of()));
    pass(Duration.ofSeconds(150));
    assertAge(150);

    pass(Duration.ofNanos(1));
    assertThatThrownBy(() -> views.now(READ))
        .isInstanceOf(StaleViewException.class)
        .hasMessageStartingWith("the view of configmaps is 150 s old, and 150 s are allowed");
    assertThat(views.unsynced()).isEmpty();

    view.tell(new Delta.Bookmark());
    assertAge(0);
  }

  @Test
  void whatAThreadHeardAMomentLaterIsNotYoungerThanNow() throws Exception {
    pass(Duration.ofSeconds(1));
    view.tell(new Delta.Listed(List.of()));
    pass(Duration.ofSeconds(-1));

    assertAge(0);
  }
}
