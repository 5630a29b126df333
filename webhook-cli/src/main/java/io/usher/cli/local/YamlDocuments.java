package io.usher.cli.local;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.json.Yaml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** YAML and JSON text from and to trees, with YAML 1.1's words as kubectl reads them. */
public final class YamlDocuments {

  private static final YAMLMapper MAPPER = Yaml.mapper().build();

  private YamlDocuments() {}

  /**
   * A document of a text.
   *
   * @param number its place among all of the text's documents, from 1
   * @param lines where it and its objects begin, from 1
   * @param tree what it holds
   */
  public record Document(int number, Lines lines, JsonNode tree) {

    /** The line that it begins at, from 1. */
    int line() {
      return lines.first();
    }
  }

  /**
   * The documents of this text but the empty ones.
   *
   * @param source for messages: the file's name
   * @throws ManifestException naming the source, the document and the line
   */
  public static List<Document> read(String source, String text) {
    var documents = new ArrayList<Document>();
    int number = 0;
    try (JsonParser parser = Yaml.parser(text)) {
      while (parser.nextToken() != null) {
        number++;
        var lines = new Lines(parser);
        JsonNode tree = MAPPER.reader(lines.nodes()).readTree(parser);
        if (!tree.isNull()) {
          documents.add(new Document(number, lines, tree));
        }
      }
      return documents;
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      String at = location == null ? "" : " at line " + location.getLineNr();
      throw new ManifestException(
          "%s, document %d%s: %s"
              .formatted(source, Math.max(number, 1), at, e.getOriginalMessage().strip()),
          e);
    } catch (IOException e) {
      throw new ManifestException("read " + source + ": " + e.getMessage(), e);
    }
  }

  /** This tree as YAML. */
  public static String write(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write YAML: " + e.getMessage(), e);
    }
  }
}
