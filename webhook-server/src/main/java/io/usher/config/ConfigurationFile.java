package io.usher.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.usher.config.Configuration.Given;
import io.usher.json.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The YAML file: one mapping of keys to scalars or lists of scalars. */
final class ConfigurationFile {

  private final Path path;
  private final JsonParser parser;
  private final Map<String, Setting<?>> known;

  private ConfigurationFile(Path path, JsonParser parser, List<Setting<?>> settings) {
    this.path = path;
    this.parser = parser;
    this.known =
        settings.stream()
            .filter(setting -> setting != Configuration.FILE)
            .collect(Collectors.toMap(Setting::key, setting -> setting));
  }

  /** The values in the file, by the settings' names. */
  static Map<String, Given> read(Path path, List<Setting<?>> settings) throws IOException {
    try (var parser = Yaml.parser(Files.readAllBytes(path))) {
      return new ConfigurationFile(path, parser, settings).read();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new ConfigurationException(path + ":" + line + ": " + e.getOriginalMessage());
    }
  }

  private Map<String, Given> read() throws IOException {
    Map<String, Given> given = new HashMap<>();
    JsonToken first = parser.nextToken();
    if (first == null) {
      return given;
    }
    if (first != JsonToken.START_OBJECT) {
      throw new ConfigurationException(here() + "the file must be a mapping of keys to values");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String origin = here() + key;
      var setting = known.get(key);
      if (setting == null) {
        throw new ConfigurationException(origin + ": there is no such key");
      }
      if (given.put(setting.name(), new Given(origin, values(origin))) != null) {
        throw new ConfigurationException(origin + ": duplicate key; keep one of them");
      }
    }
    return given;
  }

  private List<String> values(String origin) throws IOException {
    var values = new ArrayList<String>();
    if (parser.nextToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        values.add(scalar(origin));
      }
    } else {
      values.add(scalar(origin));
    }
    return values;
  }

  private String scalar(String origin) throws IOException {
    if (!parser.currentToken().isScalarValue() || parser.currentToken() == JsonToken.VALUE_NULL) {
      throw new ConfigurationException(origin + ": a value, or a list of values, is needed");
    }
    return parser.getText();
  }

  private String here() {
    return path + ":" + parser.currentTokenLocation().getLineNr() + ": ";
  }
}
