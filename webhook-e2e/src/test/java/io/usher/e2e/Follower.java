package io.usher.e2e;

import java.util.List;
import java.util.Map;

/** An informer of the ConfigMaps of a namespace. */
interface Follower extends AutoCloseable {

  /**
   * An object as the informer's handler was told of it.
   *
   * @param version of the object, as a number
   */
  record Seen(String uid, long version) {}

  /** What it holds, as JSON by name. */
  Map<String, String> store();

  /** What its handler has been told, in this order. */
  List<Seen> seen();

  @Override
  void close();
}
