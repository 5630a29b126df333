package io.usher.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Answers as text, in which what no two servers have in common is masked. */
final class AnswerMask {

  private static final ObjectMapper JSON =
      Documents.JSON.copy().enable(SerializationFeature.INDENT_OUTPUT);
  private static final ObjectMapper YAML = new YAMLMapper();

  /** What a transport adds, and what belongs to priority and fairness. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "connection",
          "content-length",
          "transfer-encoding",
          "date",
          "x-kubernetes-pf-flowschema-uid",
          "x-kubernetes-pf-prioritylevel-uid");

  /** Headers of which it counts that they are there. */
  private static final Set<String> PRESENT = Set.of("audit-id", "etag");

  /** Members that are the server's own, when they have a value at all. */
  private static final Set<String> OWN = Set.of("continue", "ca.crt", "token", "serverAddress");

  /** Kinds whose {@code managedFields} one of the servers does not have. */
  private static final Set<String> OF_ONE_SERVER =
      Set.of("CertificateSigningRequest", "CustomResourceDefinition");

  /** Lists in the order of kube-apiserver's cache, which is none, or of times. */
  private static final Set<String> UNORDERED =
      Set.of("resourceRules", "nonResourceRules", "managedFields");

  /**
   * On the real server the tests make it, whose clients have another name. The status of a
   * definition is written by controllers, too.
   */
  private static final String MADE_BY_A_CONTROLLER = "kube-root-ca.crt";

  private static final Map<Pattern, String> TEXTS =
      Map.of(
          Pattern.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"), "UID",
          Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"), "TIME",
          Pattern.compile("(?<=\\b[Gg]en[-_])[bcdfghjklmnpqrstvwxz2456789]{5}\\b"), "SUFFIX",
          Pattern.compile("(?<=current: |esourceVersion in (the )?(precondition|record) \\()\\d+"),
              "VERSION",
          Pattern.compile("(?<=too old resource version: )\\d+ \\(\\d+\\)"), "VERSION",
          Pattern.compile("(?<=hash=)[0-9A-F]+"), "HASH",
          // A media type that the embedded server does not offer.
          Pattern.compile(", application/vnd\\.kubernetes\\.protobuf(;stream=watch)?"), "",
          // The whole object, managedFields and all, as text within a message.
          Pattern.compile("(?<=Invalid value: \")\\{.*}(?=\":)"), "OBJECT",
          // What kube-apiserver shows by the names of its Go fields.
          Pattern.compile(
                  "(?<=Invalid value: )[\\[{].*[}\\]](?=: (must have exactly one|must contain unique|must be empty|only \\[))"),
              "OBJECT");

  private static final Pattern AGE = Pattern.compile("(\\d+[smh])+");

  private AnswerMask() {}

  /** Code, headers and body of an answer. */
  static String shown(int code, Map<String, List<String>> headers, String body) {
    var shown = new StringBuilder().append(code).append('\n');
    headers.forEach(
        (name, values) -> {
          String key = name.toLowerCase(Locale.ROOT);
          if (!LEFT_OUT.contains(key)) {
            values.forEach(
                value ->
                    shown
                        .append(key)
                        .append(": ")
                        .append(PRESENT.contains(key) ? "present" : text(value))
                        .append('\n'));
          }
        });
    return shown.append(masked(body)).toString();
  }

  /** JSON or YAML as JSON with its members in order, a line for each; other text as it is. */
  static String masked(String body) {
    if (body.strip().contains("}\n{")) {
      return body.lines().map(AnswerMask::masked).collect(Collectors.joining("\n"));
    }
    JsonNode tree = tree(body);
    if (tree.isMissingNode()) {
      return text(body);
    }
    try {
      return JSON.writeValueAsString(masked("", tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The object of a body; missing when it is none. */
  static JsonNode tree(String body) {
    try {
      JsonNode tree = (body.startsWith("{") ? JSON : YAML).readTree(body);
      return tree != null && tree.isObject() ? tree : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static JsonNode masked(String member, JsonNode node) {
    if (node instanceof ObjectNode object) {
      var members = new TreeMap<String, JsonNode>();
      object.properties().forEach(each -> members.put(each.getKey(), each.getValue()));
      if (object.path("name").asText().equals(MADE_BY_A_CONTROLLER)) {
        members.remove("managedFields");
      }
      if (OF_ONE_SERVER.contains(object.path("kind").asText())
          && object.get("metadata") instanceof ObjectNode metadata) {
        members.put("metadata", metadata.deepCopy().without("managedFields"));
      }
      ObjectNode masked = JsonNodeFactory.instance.objectNode();
      members.forEach((name, value) -> masked.set(name, masked(name, value)));
      return masked;
    }
    if (node instanceof ArrayNode array) {
      var elements = new ArrayList<JsonNode>();
      array.forEach(each -> elements.add(masked(member, each)));
      if (UNORDERED.contains(member)) {
        elements.sort(Comparator.comparing(JsonNode::toString));
      }
      return JsonNodeFactory.instance.arrayNode().addAll(elements);
    }
    if (!node.isTextual() || node.textValue().isEmpty()) {
      return node;
    }
    String text = node.textValue();
    if (OWN.contains(member)) {
      return TextNode.valueOf("OWN");
    }
    if (member.equals("resourceVersion") && !text.equals("0")) {
      return TextNode.valueOf("VERSION");
    }
    return TextNode.valueOf(
        member.equals("cells") && AGE.matcher(text).matches() ? "AGE" : text(text));
  }

  private static String text(String text) {
    String masked = text;
    for (Map.Entry<Pattern, String> each : TEXTS.entrySet()) {
      masked = each.getKey().matcher(masked).replaceAll(each.getValue());
    }
    return masked;
  }
}
