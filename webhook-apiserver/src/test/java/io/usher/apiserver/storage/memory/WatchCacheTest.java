package io.usher.apiserver.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WatchCacheTest {

  private static final GroupResource WIDGETS = new GroupResource("example.com", "widgets");
  private static final GroupResource GADGETS = new GroupResource("example.com", "gadgets");

  private final WatchCache cache = new WatchCache(1 << 20);

  private static Draft draft() {
    var object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata");
    return Draft.of(object);
  }

  private static WatchCache.Write written(GroupResource resource, String key) {
    return new WatchCache.Write(resource, key, draft());
  }

  private static WatchCache.Write deleted(GroupResource resource, String key) {
    return new WatchCache.Write(resource, key, null);
  }

  /** A reader who is told of the first change sees all of the version. */
  @Test
  void changesOfOneVersionAreReadTogether() {
    cache.begin(1, Map.of());
    cache.apply(2, List.of(written(WIDGETS, "a")));
    cache.apply(3, List.of(written(WIDGETS, "b")));
    var told = new ArrayList<List<Long>>();
    cache.onChange(
        WIDGETS,
        () -> told.add(cache.changesAfter(WIDGETS, 3).stream().map(Change::version).toList()));
    cache.apply(4, List.of(deleted(WIDGETS, "a"), deleted(WIDGETS, "b"), written(GADGETS, "c")));
    assertThat(told).containsExactly(List.of(4L, 4L));
    assertThat(cache.snapshot(WIDGETS).objects()).isEmpty();
    assertThat(cache.snapshot(WIDGETS, 3).objects()).containsOnlyKeys("a", "b");
    assertThat(cache.changesAfter(GADGETS, 3)).hasSize(1);
  }

  @Test
  void deletionOfWhatIsNotKnownIsNoChange() {
    cache.begin(1, Map.of());
    cache.apply(2, List.of(deleted(WIDGETS, "a")));
    assertThat(cache.version()).isEqualTo(2);
    assertThat(cache.changesAfter(WIDGETS, 1)).isEmpty();
  }

  @Test
  void whoWaitsIsToldThatNothingWasWritten() {
    cache.begin(5, Map.of());
    var reached = cache.reached(7);
    assertThat(cache.isAwaited()).isTrue();
    cache.advance(6);
    assertThat(reached).isNotDone();
    cache.advance(7);
    assertThat(reached).isDone();
    assertThat(cache.isAwaited()).isFalse();
    cache.advance(3);
    assertThat(cache.version()).isEqualTo(7);
  }

  @Test
  void cacheThatBeginsAnewHasNoHistoryAndTellsItsListeners() {
    cache.begin(1, Map.of());
    cache.apply(2, List.of(written(WIDGETS, "a"), written(GADGETS, "a")));
    var told = new ArrayList<String>();
    cache.onChange(WIDGETS, () -> told.add("widgets"));
    cache.onChange(GADGETS, () -> told.add("gadgets"));
    StoredObject b = StoredObject.of("b", 8, draft(), EventType.ADDED);
    cache.begin(9, Map.of(WIDGETS, Map.of("b", b)));
    assertThat(told).containsExactlyInAnyOrder("widgets", "gadgets");
    assertThat(cache.snapshot(WIDGETS).objects()).containsOnlyKeys("b");
    assertThat(cache.snapshot(GADGETS).objects()).isEmpty();
    assertThatThrownBy(() -> cache.changesAfter(GADGETS, 2)).isInstanceOf(CompactedException.class);
    cache.apply(10, List.of(deleted(WIDGETS, "b")));
    assertThat(cache.changesAfter(WIDGETS, 9)).hasSize(1);
  }
}
