package io.usher.cli.local;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.IdentityHashMap;
import java.util.Map;

/** Where the objects of a parsed document begin in its text; lines from 1. */
public final class Lines {

  private final JsonParser parser;
  private final int first;
  private final Map<JsonNode, Integer> byNode = new IdentityHashMap<>();

  /** Of the document whose first token the parser is at. */
  Lines(JsonParser parser) {
    this.parser = parser;
    this.first = line();
  }

  /** The document's own line. */
  public int first() {
    return first;
  }

  /** The line of this very node, or the document's own of any that is no object of it. */
  public int of(JsonNode node) {
    return byNode.getOrDefault(node, first);
  }

  /** What makes the nodes while they are parsed: an object is made at its first token. */
  JsonNodeFactory nodes() {
    return new JsonNodeFactory(true) {
      private static final long serialVersionUID = 1L;

      @Override
      public ObjectNode objectNode() {
        ObjectNode node = super.objectNode();
        byNode.put(node, line());
        return node;
      }
    };
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }
}
