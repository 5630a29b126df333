package io.usher.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.IOException;

/**
 * YAML as Usher reads and writes it. Who uses this depends on Jackson's YAML himself: the rules
 * that a server loads have no need of it.
 */
public final class Yaml {

  private static final YAMLFactory STRICT =
      YAMLFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Jackson's default, which its builder forgets.
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          .build();

  private Yaml() {}

  /**
   * A parser that refuses a key that comes twice, and aliases: Jackson would take one for a text
   * that holds its name.
   */
  public static JsonParser parser(byte[] yaml) throws IOException {
    return new WithoutAliases(STRICT.createParser(yaml));
  }

  /** The same for a text. */
  public static JsonParser parser(String yaml) throws IOException {
    return new WithoutAliases(STRICT.createParser(yaml));
  }

  /**
   * A mapper that keeps numbers exact, and writes a text without quotes where no reader takes it
   * for something else, on one line.
   */
  public static YAMLMapper.Builder mapper() {
    return mapper(StringQuotingChecker.Default.instance());
  }

  /** The same with another idea of what takes quotes. */
  public static YAMLMapper.Builder mapper(StringQuotingChecker quoting) {
    return YAMLMapper.builder(YAMLFactory.builder().stringQuotingChecker(quoting).build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
        .disable(YAMLGenerator.Feature.SPLIT_LINES)
        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS);
  }

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
