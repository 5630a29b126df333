package io.usher.webhook.declaration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What the annotation processor tells the server of a rule jar, a small JSON object.
 *
 * @param apiLevel Usher's API level that the jar was compiled against
 * @param fabric8 the version of fabric8's model that it was compiled against, or {@link #UNKNOWN}
 * @param jackson the version of Jackson that it was compiled against, or {@link #UNKNOWN}
 * @param classes the binary names of the classes with {@code @Webhook}, sorted
 */
public record RuleIndex(int apiLevel, String fabric8, String jackson, List<String> classes) {

  /** Where it is in a jar. */
  public static final String PATH = "META-INF/usher/rules.json";

  /** Rises with each release that adds to the exported packages: such a jar needs such a server. */
  public static final int API_LEVEL = 1;

  /** A version that nobody told. */
  public static final String UNKNOWN = "unknown";

  private static final JsonFactory JSON = new JsonFactory();

  public RuleIndex {
    classes = classes.stream().sorted().toList();
  }

  /**
   * Reads an index; members that this level does not know are skipped.
   *
   * @throws IOException when it is no such JSON
   */
  public static RuleIndex read(InputStream in) throws IOException {
    int apiLevel = 0;
    String fabric8 = UNKNOWN;
    String jackson = UNKNOWN;
    var classes = new ArrayList<String>();
    try (JsonParser parser = JSON.createParser(in)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, parser);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        parser.nextToken();
        switch (member) {
          case "apiLevel" -> apiLevel = parser.getIntValue();
          case "fabric8" -> fabric8 = parser.getText();
          case "jackson" -> jackson = parser.getText();
          case "classes" -> {
            require(parser.currentToken() == JsonToken.START_ARRAY, parser);
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
              classes.add(parser.getText());
            }
            require(parser.currentToken() == JsonToken.END_ARRAY, parser);
          }
          default -> parser.skipChildren();
        }
      }
      require(parser.currentToken() == JsonToken.END_OBJECT && apiLevel > 0, parser);
    }
    return new RuleIndex(apiLevel, fabric8, jackson, classes);
  }

  private static void require(boolean condition, JsonParser parser) throws IOException {
    if (!condition) {
      throw new IOException("no rule index at " + parser.currentLocation().offsetDescription());
    }
  }

  /** Writes it as UTF-8, each class on a line of its own. Does not close the stream. */
  public void write(OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeNumberField("apiLevel", apiLevel);
      json.writeStringField("fabric8", fabric8);
      json.writeStringField("jackson", jackson);
      json.writeArrayFieldStart("classes");
      for (String name : classes) {
        json.writeString(name);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
