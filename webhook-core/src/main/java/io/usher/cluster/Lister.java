package io.usher.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The objects of one type, as a view in memory has them: nothing here asks the API server.
 *
 * <p>While a rule runs it sees one moment: what it asks twice it is answered the same. Lists are
 * ordered by namespace and name, and can't be changed. An object is decoded when it is looked at,
 * into a copy of the call's own: edits reach nobody. Of an object the view holds the fields that
 * {@code @Reads} declares.
 *
 * <p>A view runs behind the API server, mostly by milliseconds: see {@link #age()}. The object of
 * the request itself is not in it yet on CREATE, and is in it as it was before on UPDATE.
 *
 * <p>Each method throws {@link StaleViewException} when the view is older than the server allows,
 * unless the read is declared with {@link OnStale#USE}; and when it was never filled.
 *
 * @param <T> the type of the objects
 */
public interface Lister<T> {

  /** The object of this name, of a type whose objects don't live in namespaces. */
  default Optional<T> get(String name) {
    return get("", name);
  }

  /**
   * The object of this name.
   *
   * @param namespace empty where the type's objects don't live in namespaces
   */
  Optional<T> get(String namespace, String name);

  /** All objects. */
  List<T> list();

  /**
   * The objects that this selector selects.
   *
   * @param labels in kubectl's syntax, {@code app=web,tier!=cache}; looks at each object
   * @throws IllegalArgumentException when it is no selector
   */
  List<T> list(String labels);

  /** The objects of a namespace. */
  List<T> inNamespace(String namespace);

  /**
   * The objects of a namespace that this selector selects.
   *
   * @param labels in kubectl's syntax, {@code app=web,tier!=cache}
   * @throws IllegalArgumentException when it is no selector
   */
  List<T> inNamespace(String namespace, String labels);

  /**
   * The objects that an index has under a key.
   *
   * @param index one that {@code @Reads} declares for the type
   * @throws IllegalArgumentException when it is not declared
   * @throws IllegalStateException when the index failed on an object that is in the view
   */
  List<T> byIndex(Class<? extends Index<T>> index, String key);

  /**
   * The time since the API server last told of the view, by an event or a bookmark, at the moment
   * that is seen. Bookmarks come about every minute when nothing changes.
   */
  Duration age();
}
