package io.usher.cli.local;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** YAML and JSON text from and to trees, with YAML 1.1's words as kubectl reads them. */
public final class YamlDocuments {

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

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
    try (YAMLParser yaml = MAPPER.getFactory().createParser(text)) {
      var parser = new WithoutAliases(yaml);
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

  /** Jackson would take an alias for a string that holds its name. */
  private static final class WithoutAliases extends JsonParserDelegate {

    private final YAMLParser yaml;

    WithoutAliases(YAMLParser yaml) {
      super(yaml);
      this.yaml = yaml;
    }

    @Override
    public JsonToken nextToken() throws IOException {
      JsonToken token = super.nextToken();
      if (yaml.isCurrentAlias()) {
        throw new JsonParseException(
            this,
            "the alias *" + yaml.getText() + " is not read, write out what it stands for",
            yaml.currentTokenLocation());
      }
      return token;
    }
  }
}
