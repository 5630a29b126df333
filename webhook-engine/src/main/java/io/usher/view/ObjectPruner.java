package io.usher.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TreeTraversingParser;
import io.usher.cluster.FieldPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects from a stream of JSON and keeps what a view holds of them. What is not kept is
 * skipped while it is read: an object takes no more memory than what is left of it. Used by one
 * thread.
 */
public final class ObjectPruner {

  private static final List<List<String>> IDENTITY =
      List.of(
          List.of("apiVersion"),
          List.of("kind"),
          List.of("metadata", "name"),
          List.of("metadata", "namespace"),
          List.of("metadata", "uid"),
          List.of("metadata", "resourceVersion"),
          List.of("metadata", "labels"));

  /** Often the largest part of an object, and of no use to a rule. */
  private static final List<List<String>> NOISE =
      List.of(
          List.of("metadata", "managedFields"),
          List.of("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"));

  private final JsonFactory json = new JsonFactory();
  private final Kept root;

  /**
   * A pruner.
   *
   * @param fields what is kept beside the identity; empty for everything
   */
  public ObjectPruner(List<FieldPath> fields) {
    this(kept(fields));
  }

  private ObjectPruner(Kept root) {
    this.root = root;
  }

  /** One that prunes nothing. */
  public static ObjectPruner keepingAll() {
    return new ObjectPruner(Kept.EVERYTHING);
  }

  private static Kept kept(List<FieldPath> fields) {
    Kept kept = fields.isEmpty() ? Kept.EVERYTHING : Kept.NOTHING;
    for (FieldPath field : fields) {
      kept = kept.keeping(field.members());
    }
    for (List<String> field : IDENTITY) {
      kept = kept.keeping(field);
    }
    for (List<String> field : NOISE) {
      kept = kept.dropping(field);
    }
    return kept;
  }

  /**
   * What is kept of a value.
   *
   * @param rest whether the members that are not named are kept whole, or not at all
   * @param members what is kept of the others
   */
  private record Kept(boolean rest, Map<String, Kept> members) {

    static final Kept EVERYTHING = new Kept(true, Map.of());
    static final Kept NOTHING = new Kept(false, Map.of());

    Kept keeping(List<String> path) {
      if (path.isEmpty()) {
        return EVERYTHING;
      }
      return equals(EVERYTHING)
          ? this
          : with(path.get(0), of(path.get(0)).keeping(path.subList(1, path.size())));
    }

    Kept dropping(List<String> path) {
      if (path.isEmpty()) {
        return NOTHING;
      }
      return equals(NOTHING)
          ? this
          : with(path.get(0), of(path.get(0)).dropping(path.subList(1, path.size())));
    }

    private Kept with(String member, Kept kept) {
      var changed = new HashMap<>(members);
      changed.put(member, kept);
      return new Kept(rest, changed);
    }

    Kept of(String member) {
      return members.getOrDefault(member, rest ? EVERYTHING : NOTHING);
    }
  }

  /** What is found of an object's identity while it is copied. */
  private static final class Identity {
    String namespace = "";
    String name = "";
    String resourceVersion = "";
  }

  /**
   * Prunes an object that is in memory.
   *
   * @throws UncheckedIOException when it has no name
   */
  public StoredObject prune(JsonNode object) {
    try (JsonParser parser = new TreeTraversingParser(object)) {
      parser.nextToken();
      return read(parser, null, null);
    } catch (IOException e) {
      throw new UncheckedIOException("prune " + object, e);
    }
  }

  /**
   * Reads one object.
   *
   * @param parser at the object's beginning; at its end afterwards
   * @param apiVersion what it is of where it does not tell itself, as in a list
   * @param kind what it is where it does not tell itself
   * @throws IOException when the stream ends, or has no object with a name there
   */
  public StoredObject read(JsonParser parser, @Nullable String apiVersion, @Nullable String kind)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("no object but " + parser.currentToken());
    }
    var bytes = new ByteArrayOutputStream(512);
    var identity = new Identity();
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      boolean hasVersion = false;
      boolean hasKind = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        hasVersion |= member.equals("apiVersion");
        hasKind |= member.equals("kind");
        parser.nextToken();
        if (member.equals("metadata") && parser.currentToken() == JsonToken.START_OBJECT) {
          out.writeFieldName(member);
          copyMetadata(parser, out, root.of(member), identity);
        } else {
          copyMember(parser, out, member, root);
        }
      }
      if (!hasVersion && apiVersion != null) {
        out.writeStringField("apiVersion", apiVersion);
      }
      if (!hasKind && kind != null) {
        out.writeStringField("kind", kind);
      }
      out.writeEndObject();
    }
    if (identity.name.isEmpty()) {
      throw new IOException("an object has no name");
    }
    return new StoredObject(
        identity.namespace, identity.name, identity.resourceVersion, bytes.toByteArray());
  }

  private static void copyMetadata(
      JsonParser parser, JsonGenerator out, Kept kept, Identity identity) throws IOException {
    out.writeStartObject();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "name" -> identity.name = parser.getValueAsString("");
        case "namespace" -> identity.namespace = parser.getValueAsString("");
        case "resourceVersion" -> identity.resourceVersion = parser.getValueAsString("");
        default -> {}
      }
      copyMember(parser, out, member, kept);
    }
    out.writeEndObject();
  }

  private static void copyMember(JsonParser parser, JsonGenerator out, String member, Kept in)
      throws IOException {
    Kept kept = in.of(member);
    if (kept.equals(Kept.NOTHING)) {
      parser.skipChildren();
    } else {
      out.writeFieldName(member);
      copy(parser, out, kept);
    }
  }

  /** A scalar is kept whatever is said of its members, and an array's elements are as it is. */
  private static void copy(JsonParser parser, JsonGenerator out, Kept kept) throws IOException {
    if (kept.equals(Kept.EVERYTHING)) {
      out.copyCurrentStructure(parser);
      return;
    }
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        out.writeStartObject();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String member = parser.currentName();
          parser.nextToken();
          copyMember(parser, out, member, kept);
        }
        out.writeEndObject();
      }
      case START_ARRAY -> {
        out.writeStartArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          copy(parser, out, kept);
        }
        out.writeEndArray();
      }
      default -> out.copyCurrentStructure(parser);
    }
  }
}
