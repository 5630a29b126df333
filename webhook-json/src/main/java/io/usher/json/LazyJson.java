package io.usher.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TreeTraversingParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON trees that are parsed where they are read. The containers of the upper levels are ordinary
 * {@link ObjectNode}s and {@link ArrayNode}s over a range of the document's bytes; the first look
 * inside one parses what is its own, and leaves those below it for later. A Pod whose labels a rule
 * changes has its {@code spec} and {@code managedFields} never made into nodes.
 *
 * <p>Numbers are exact: integers as they are, everything else as {@code BigDecimal}.
 *
 * <p>A tree is for one thread at a time, as any Jackson tree. Copies of a tree that nobody has
 * looked into may be taken by several threads at once.
 */
public final class LazyJson {

  /**
   * Without limits: whoever hands over the bytes has walked them within limits of his own. Names
   * are not interned: {@code managedFields} bring ever new ones.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  private LazyJson() {}

  /**
   * The object that these bytes hold.
   *
   * @param json UTF-8, valid JSON in the range (a later look throws {@link UncheckedIOException}
   *     where it is not); not copied, and must not change
   * @param from the index of the opening brace
   * @param to the index behind the closing brace
   */
  public static ObjectNode object(byte[] json, int from, int to) {
    try {
      var names = new NameCount();
      var spans = new ContainerOffsets(names);
      JsonParser parser = FACTORY.createParser(json, from, to - from);
      do {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw new IOException("JSON ends too early");
        }
        if (token.isStructStart()) {
          spans.begin(from + ContainerOffsets.offset(parser));
        } else if (token.isStructEnd()) {
          spans.end(from + ContainerOffsets.offset(parser) + 1);
        } else if (token == JsonToken.FIELD_NAME) {
          names.add(parser.currentName());
        }
      } while (!parser.getParsingContext().inRoot());
      if (names.mayStay()) {
        // Leaves the names to the parsers after it.
        parser.close();
      }
      return spans.object(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy to edit. What nobody has looked into yet stays so in both. */
  @SuppressWarnings("unchecked")
  public static <T extends JsonNode> T copy(T tree) {
    return (T) copyOf(tree);
  }

  /**
   * Whether nobody has looked into either and both hold the same bytes, so that they need not be
   * looked into to be compared.
   */
  public static boolean sameSource(JsonNode a, JsonNode b) {
    Source source = sourceOf(a);
    return source != null && source.holdsTheSameAs(sourceOf(b));
  }

  /** A parser over this tree, straight from the bytes where nobody has looked into it. */
  public static JsonParser parser(JsonNode tree) throws IOException {
    Source source = sourceOf(tree);
    return source == null ? new TreeTraversingParser(tree) : source.parser();
  }

  /**
   * Writes this tree. What nobody has looked into is copied as the bytes that it was read from;
   * only line breaks between its values make it be written anew, so that the result is one line.
   */
  public static void write(JsonNode tree, JsonGenerator generator) throws IOException {
    Source source = sourceOf(tree);
    if (source != null && source.isOneLine()) {
      generator.writeRawValue(new RawJson(source.json, source.from, source.to));
    } else if (tree instanceof ObjectNode object) {
      generator.writeStartObject();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        generator.writeFieldName(member.getKey());
        write(member.getValue(), generator);
      }
      generator.writeEndObject();
    } else if (tree instanceof ArrayNode array) {
      generator.writeStartArray();
      for (JsonNode element : array) {
        write(element, generator);
      }
      generator.writeEndArray();
    } else if (tree.isNull()) {
      generator.writeNull();
    } else {
      // Text, numbers and booleans ask nothing of a provider.
      ((JsonSerializable) tree).serialize(generator, null);
    }
  }

  private static @Nullable Source sourceOf(JsonNode tree) {
    if (tree instanceof LazyObjectNode object) {
      return object.members.source();
    }
    return tree instanceof LazyArrayNode array ? array.elements.source() : null;
  }

  private static JsonNode copyOf(JsonNode tree) {
    Source source = sourceOf(tree);
    if (source != null) {
      return source.node(tree.isObject());
    }
    if (tree instanceof ObjectNode object) {
      var members = new LinkedHashMap<String, JsonNode>(object.size() * 4 / 3 + 1);
      object
          .properties()
          .forEach(member -> members.put(member.getKey(), copyOf(member.getValue())));
      return new ObjectNode(NODES, members);
    }
    if (tree instanceof ArrayNode array) {
      var elements = new ArrayList<JsonNode>(array.size());
      array.forEach(element -> elements.add(copyOf(element)));
      return new ArrayNode(NODES, elements);
    }
    return tree;
  }

  /**
   * A container's bytes.
   *
   * @param from the index of its bracket
   * @param to the index behind its closing bracket
   * @param spans where the containers of the document's upper levels are
   * @param span its own place among them
   */
  record Source(byte[] json, int from, int to, ContainerOffsets spans, int span) {

    boolean holdsTheSameAs(@Nullable Source other) {
      return other != null && Arrays.equals(json, from, to, other.json, other.from, other.to);
    }

    boolean isOneLine() {
      for (int i = from; i < to; i++) {
        if (json[i] == '\n' || json[i] == '\r') {
          return false;
        }
      }
      return true;
    }

    JsonParser parser() throws IOException {
      return factory().createParser(json, from, to - from);
    }

    /** A copy has a table of names of its own. */
    private JsonFactory factory() {
      return spans.namesMayStay() ? FACTORY : FACTORY.copy();
    }

    JsonNode node(boolean object) {
      return object
          ? new LazyObjectNode(NODES, new LazyMembers(this))
          : new LazyArrayNode(NODES, new LazyElements(this));
    }

    LinkedHashMap<String, JsonNode> members() {
      try (JsonParser parser = ownParser()) {
        parser.nextToken();
        return readMembers(parser, later());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    ArrayList<JsonNode> elements() {
      try (JsonParser parser = ownParser()) {
        parser.nextToken();
        return readElements(parser, later());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A parser over what is this container's own, its children being empty arrays. */
    private JsonParser ownParser() throws IOException {
      return spans.laziestBelow(span) ? parser() : factory().createParser(spans.own(this));
    }

    /** Gives the children in their order, or null when they are parsed with their parent. */
    private ContainerOffsets.@Nullable Children later() {
      return spans.laziestBelow(span) ? null : spans.children(this);
    }
  }

  private static LinkedHashMap<String, JsonNode> readMembers(
      JsonParser parser, ContainerOffsets.@Nullable Children later) throws IOException {
    var members = new LinkedHashMap<String, JsonNode>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      members.put(name, read(parser, later));
    }
    return members;
  }

  private static ArrayList<JsonNode> readElements(
      JsonParser parser, ContainerOffsets.@Nullable Children later) throws IOException {
    var elements = new ArrayList<JsonNode>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(read(parser, later));
    }
    return elements;
  }

  private static JsonNode read(JsonParser parser, ContainerOffsets.@Nullable Children later)
      throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT:
        return new ObjectNode(NODES, readMembers(parser, null));
      case START_ARRAY:
        if (later != null && later.isNextAt(ContainerOffsets.offset(parser))) {
          parser.nextToken();
          return later.next();
        }
        return new ArrayNode(NODES, readElements(parser, null));
      case VALUE_STRING:
        return NODES.textNode(parser.getText());
      case VALUE_TRUE:
        return NODES.booleanNode(true);
      case VALUE_FALSE:
        return NODES.booleanNode(false);
      case VALUE_NULL:
        return NODES.nullNode();
      case VALUE_NUMBER_FLOAT:
        return NODES.numberNode(parser.getDecimalValue());
      case VALUE_NUMBER_INT:
        return switch (parser.getNumberType()) {
          case INT -> NODES.numberNode(parser.getIntValue());
          case LONG -> NODES.numberNode(parser.getLongValue());
          default -> NODES.numberNode(parser.getBigIntegerValue());
        };
      default:
        throw new IOException("JSON ends too early");
    }
  }

  @SuppressWarnings("unchecked") // deepCopy's type is narrowed, as ObjectNode itself does
  private static final class LazyObjectNode extends ObjectNode {
    private static final long serialVersionUID = 1L;
    private final transient LazyMembers members;

    LazyObjectNode(JsonNodeFactory nodes, LazyMembers members) {
      super(nodes, members);
      this.members = members;
    }

    @Override
    public ObjectNode deepCopy() {
      return copy((ObjectNode) this);
    }
  }

  @SuppressWarnings("unchecked") // deepCopy's type is narrowed, as ArrayNode itself does
  private static final class LazyArrayNode extends ArrayNode {
    private static final long serialVersionUID = 1L;
    private final transient LazyElements elements;

    LazyArrayNode(JsonNodeFactory nodes, LazyElements elements) {
      super(nodes, elements);
      this.elements = elements;
    }

    @Override
    public ArrayNode deepCopy() {
      return copy((ArrayNode) this);
    }
  }
}
