package io.usher.apiserver.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Schemas by name, as JSON in the form of OpenAPI v3: those of the table beside this class, a
 * package of which is read when one of its schemas is asked for, and others. For one thread at a
 * time.
 */
final class Definitions {

  static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  static final String REFERENCE = "#/components/schemas/";

  private static final String KINDS = "x-kubernetes-group-version-kind";
  private static final Pattern REFERRED = Pattern.compile("\"" + REFERENCE + "([^\"]+)\"");

  /** The two types that are kinds of every group. */
  private static final Set<String> OF_ALL_GROUPS =
      Set.of(META + "DeleteOptions", META + "WatchEvent");

  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Map<String, String>> packages = new HashMap<>();
  private final Map<String, String> others = new HashMap<>();

  /** Adds a schema, in the place of one of the same name. */
  void add(String name, JsonNode schema) {
    others.put(name, schema.toString());
  }

  /** The JSON of a schema, or null. */
  @Nullable String text(String name) {
    String other = others.get(name);
    if (other != null) {
      return other;
    }
    return packages
        .computeIfAbsent(name.substring(0, name.lastIndexOf('.')), Definitions::read)
        .get(name);
  }

  /**
   * A schema that is there.
   *
   * @throws IllegalArgumentException when it is not
   */
  ObjectNode schema(String name) {
    String text = text(name);
    if (text == null) {
      throw new IllegalArgumentException("no schema is named " + name);
    }
    return parse(text);
  }

  private static Map<String, String> read(String packageName) {
    try (InputStream in = Definitions.class.getResourceAsStream("schemas/" + packageName)) {
      if (in == null) {
        return Map.of();
      }
      var schemas = new HashMap<String, String>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        int tab = line.indexOf('\t');
        schemas.put(line.substring(0, tab), line.substring(tab + 1));
      }
      return schemas;
    } catch (IOException e) {
      throw new UncheckedIOException("read schemas/" + packageName, e);
    }
  }

  /**
   * The schemas of these names and all that they refer to.
   *
   * @param group which group and version a schema may be a kind of
   */
  SortedMap<String, String> closure(Iterable<String> names, BiPredicate<String, String> group) {
    var found = new TreeMap<String, String>();
    var open = new ArrayDeque<String>();
    names.forEach(open::add);
    while (!open.isEmpty()) {
      String name = open.remove();
      String text = found.containsKey(name) ? null : text(name);
      if (text != null) {
        found.put(name, OF_ALL_GROUPS.contains(name) ? kindsOf(text, group) : text);
        Matcher matcher = REFERRED.matcher(text);
        while (matcher.find()) {
          open.add(matcher.group(1));
        }
      }
    }
    return found;
  }

  private static String kindsOf(String text, BiPredicate<String, String> group) {
    ObjectNode schema = parse(text);
    ArrayNode kinds = (ArrayNode) schema.get(KINDS);
    ArrayNode kept = schema.putArray(KINDS);
    kinds.forEach(
        kind -> {
          if (group.test(kind.get("group").textValue(), kind.get("version").textValue())) {
            kept.add(kind);
          }
        });
    return schema.toString();
  }

  static ObjectNode parse(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("read a schema", e);
    }
  }
}
