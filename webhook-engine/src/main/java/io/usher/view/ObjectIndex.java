package io.usher.view;

import io.usher.cluster.Index;
import io.usher.engine.ObjectMapping;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An {@link Index} of a rule jar, asked so that its failures stay its own. */
public final class ObjectIndex<T> {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectIndex.class);

  private final Index<T> index;
  private final Class<T> type;

  private ObjectIndex(Index<T> index, Class<T> type) {
    this.index = index;
    this.type = type;
  }

  /**
   * An instance of this class.
   *
   * @param type what it indexes
   * @throws IllegalArgumentException when its constructor fails
   */
  @SuppressWarnings("unchecked") // the checks of @Reads hold that the index is of the type
  static <T> ObjectIndex<T> of(Class<? extends Index<?>> indexClass, Class<T> type) {
    try {
      Constructor<? extends Index<?>> constructor = indexClass.getDeclaredConstructor();
      constructor.setAccessible(true);
      return new ObjectIndex<>((Index<T>) constructor.newInstance(), type);
    } catch (InvocationTargetException | LinkageError e) {
      throw new IllegalArgumentException(
          "the constructor of " + indexClass.getName() + " failed: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("make an instance of " + indexClass.getName(), e);
    }
  }

  boolean is(Class<?> indexClass) {
    return index.getClass() == indexClass;
  }

  String name() {
    return index.getClass().getSimpleName();
  }

  /** The keys of an object, each once; null when the index fails on it. */
  @Nullable List<String> keys(StoredObject object) {
    try {
      T decoded = ObjectMapping.decode(object.json(), type, object.toString());
      return List.copyOf(new LinkedHashSet<>(index.keys(decoded)));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      LOG.warn(
          "index {} fails on {}: look-ups in it fail until the object changes", name(), object, e);
      return null;
    }
  }
}
