package io.usher.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** The elements of an array that are parsed on the first look. */
final class LazyElements extends AbstractList<JsonNode> implements RandomAccess {

  private LazyJson.@Nullable Source source;
  private @Nullable ArrayList<JsonNode> parsed;

  LazyElements(LazyJson.Source source) {
    this.source = source;
  }

  /** The bytes, or null once somebody has looked. */
  LazyJson.@Nullable Source source() {
    return source;
  }

  private ArrayList<JsonNode> elements() {
    LazyJson.Source unparsed = source;
    if (unparsed != null) {
      parsed = unparsed.elements();
      source = null;
    }
    return Objects.requireNonNull(parsed);
  }

  @Override
  public int size() {
    return elements().size();
  }

  @Override
  public JsonNode get(int index) {
    return elements().get(index);
  }

  @Override
  public JsonNode set(int index, JsonNode element) {
    return elements().set(index, element);
  }

  @Override
  public void add(int index, JsonNode element) {
    elements().add(index, element);
    modCount++;
  }

  @Override
  public JsonNode remove(int index) {
    modCount++;
    return elements().remove(index);
  }

  @Override
  public void clear() {
    modCount++;
    elements().clear();
  }
}
