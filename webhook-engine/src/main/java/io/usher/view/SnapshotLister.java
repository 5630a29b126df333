package io.usher.view;

import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import io.usher.engine.ObjectMapping;
import io.usher.json.LazyJson;
import io.usher.rule.LabelSelector;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;

/** A snapshot's objects, decoded when they are looked at. Used by one thread. */
final class SnapshotLister<T> implements Lister<T> {

  private final Snapshot snapshot;
  private final Class<T> type;
  private final Duration age;

  SnapshotLister(Snapshot snapshot, Class<T> type, Duration age) {
    this.snapshot = snapshot;
    this.type = type;
    this.age = age;
  }

  @Override
  public Optional<T> get(String namespace, String name) {
    return Optional.ofNullable(snapshot.get(namespace, name)).map(this::decode);
  }

  @Override
  public List<T> list() {
    return decoded(snapshot.all());
  }

  @Override
  public List<T> list(String labels) {
    return decoded(selected(snapshot.all(), labels));
  }

  @Override
  public List<T> inNamespace(String namespace) {
    return decoded(snapshot.inNamespace(namespace));
  }

  @Override
  public List<T> inNamespace(String namespace, String labels) {
    return decoded(selected(snapshot.inNamespace(namespace), labels));
  }

  @Override
  public List<T> byIndex(Class<? extends Index<T>> index, String key) {
    return decoded(snapshot.byIndex(index, key));
  }

  @Override
  public Duration age() {
    return age;
  }

  private static List<StoredObject> selected(List<StoredObject> objects, String labels) {
    LabelSelector selector = LabelSelector.parse(labels);
    return objects.stream()
        .filter(object -> selector.matches(LazyJson.object(object.json(), 0, object.json().length)))
        .toList();
  }

  private T decode(StoredObject object) {
    return ObjectMapping.decode(object.json(), type, object.toString());
  }

  private List<T> decoded(List<StoredObject> objects) {
    return new Decoded(objects);
  }

  /** Gives the same instance again: what is done to it stays within this list. */
  private final class Decoded extends AbstractList<T> implements RandomAccess {

    private final List<StoredObject> objects;
    private final Object[] made;

    Decoded(List<StoredObject> objects) {
      this.objects = objects;
      this.made = new Object[objects.size()];
    }

    @Override
    public T get(int index) {
      StoredObject object = objects.get(index);
      if (made[index] == null) {
        made[index] = decode(object);
      }
      return type.cast(made[index]);
    }

    @Override
    public int size() {
      return objects.size();
    }
  }
}
