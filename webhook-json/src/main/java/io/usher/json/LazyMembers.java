package io.usher.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractMap;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of an object that are parsed on the first look. */
final class LazyMembers extends AbstractMap<String, JsonNode> {

  private LazyJson.@Nullable Source source;
  private @Nullable LinkedHashMap<String, JsonNode> parsed;

  LazyMembers(LazyJson.Source source) {
    this.source = source;
  }

  /** The bytes, or null once somebody has looked. */
  LazyJson.@Nullable Source source() {
    return source;
  }

  private LinkedHashMap<String, JsonNode> members() {
    LazyJson.Source unparsed = source;
    if (unparsed != null) {
      parsed = unparsed.members();
      source = null;
    }
    return Objects.requireNonNull(parsed);
  }

  @Override
  public int size() {
    return members().size();
  }

  @Override
  public boolean containsKey(Object key) {
    return members().containsKey(key);
  }

  @Override
  public @Nullable JsonNode get(Object key) {
    return members().get(key);
  }

  @Override
  public @Nullable JsonNode put(String key, JsonNode value) {
    return members().put(key, value);
  }

  @Override
  public @Nullable JsonNode remove(Object key) {
    return members().remove(key);
  }

  @Override
  public void clear() {
    members().clear();
  }

  @Override
  public Set<String> keySet() {
    return members().keySet();
  }

  @Override
  public Collection<JsonNode> values() {
    return members().values();
  }

  @Override
  public Set<Map.Entry<String, JsonNode>> entrySet() {
    return members().entrySet();
  }
}
