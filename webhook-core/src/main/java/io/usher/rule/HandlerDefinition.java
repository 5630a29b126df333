package io.usher.rule;

import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A handler with what the controller needs to know to run it.
 *
 * @param name {@code Class.method}, unique among the rules and handlers of its webhook
 * @param trigger when it is called
 * @param object the objects that it is for, one of {@code reads}
 * @param namespaces globs, {@code team-*}; empty for all
 * @param names globs; empty for all
 * @param labels over the object
 * @param budget how long a call may take
 * @param writes what its results may need of the API server
 * @param reads what it may read of the cluster
 * @param liveReads what it may ask the API server itself
 * @param handler the code
 */
public record HandlerDefinition(
    String name,
    Trigger trigger,
    Read object,
    List<String> namespaces,
    List<String> names,
    LabelSelector labels,
    Duration budget,
    Set<Write> writes,
    List<Read> reads,
    List<LiveRead> liveReads,
    Handler handler) {

  /** What the result of a handler may need. */
  public enum Write {
    /** {@link Outcome#desired}: the verb {@code patch} on the objects. */
    PATCH,
    /** {@link Outcome#event}: the verb {@code create} on {@code events.events.k8s.io}. */
    EVENT
  }

  public HandlerDefinition {
    namespaces = List.copyOf(namespaces);
    names = List.copyOf(names);
    writes =
        Collections.unmodifiableSet(
            writes.isEmpty() ? EnumSet.noneOf(Write.class) : EnumSet.copyOf(writes));
    reads = List.copyOf(reads);
    liveReads = List.copyOf(liveReads);
  }
}
