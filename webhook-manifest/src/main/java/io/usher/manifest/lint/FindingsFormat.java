package io.usher.manifest.lint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How findings are written; the names are the values of the command's option. */
public enum FindingsFormat {
  /** A line for each. */
  text(FindingsFormat::lines),
  /** A list of objects. */
  json(findings -> print(list(findings))),
  /** SARIF 2.1.0, for code scanning. */
  sarif(findings -> print(SarifLog.of(findings)));

  private static final JsonMapper MAPPER = new JsonMapper();

  private final Function<List<Finding>, String> writer;

  FindingsFormat(Function<List<Finding>, String> writer) {
    this.writer = writer;
  }

  /** All of them as one text, which ends with a line break unless it is empty. */
  public String write(List<Finding> findings) {
    return writer.apply(findings);
  }

  private static String lines(List<Finding> findings) {
    return findings.stream()
        .map(
            finding ->
                "%s:%d: %s %s: %s: %s; %s%n"
                    .formatted(
                        finding.source(),
                        finding.line(),
                        finding.rule().severity().level(),
                        finding.rule().id(),
                        finding.object(),
                        finding.why(),
                        finding.rule().fix()))
        .collect(Collectors.joining());
  }

  private static ArrayNode list(List<Finding> findings) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Finding finding : findings) {
      ObjectNode object = list.addObject();
      object.put("rule", finding.rule().id());
      object.put("severity", finding.rule().severity().level());
      object.put("source", finding.source());
      object.put("line", finding.line());
      object.put("object", finding.object());
      object.put("why", finding.why());
      object.put("fix", finding.rule().fix());
    }
    return list;
  }

  private static String print(JsonNode json) {
    try {
      return MAPPER
              .writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                      .withArrayIndenter(new DefaultIndenter("  ", "\n")))
              .writeValueAsString(json)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write findings: " + e.getMessage(), e);
    }
  }
}
