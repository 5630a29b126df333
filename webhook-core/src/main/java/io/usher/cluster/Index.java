package io.usher.cluster;

import java.util.Collection;

/**
 * Sorts objects under keys, so that a rule finds those of a key without looking at all: {@code
 * class HostIndex implements Index<Ingress>}.
 *
 * <p>The class has a constructor without parameters. One instance serves all threads. It is asked
 * once for each object that arrives, with the fields that the view holds, and must not depend on
 * anything else. What it throws fails the look-ups in this index for as long as the object is as it
 * is.
 *
 * @param <T> the type of the objects
 */
@FunctionalInterface
public interface Index<T> {

  /** The keys of an object; none when it is not to be found by this index. */
  Collection<String> keys(T object);
}
