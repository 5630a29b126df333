package io.usher.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import io.usher.patch.JsonMergePatch;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The kinds with defaults and validation answer as kube-apiserver 1.36.3 did when {@code
 * tools/kube/cases.py} asked it.
 */
class KindCasesTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static final Map<String, ResourceType> TYPES =
      BuiltInTypes.builders(
              Clock.systemUTC(),
              (resource, subresource) -> call -> JsonNodeFactory.instance.objectNode())
          .stream()
          .map(ResourceType.Builder::build)
          .collect(Collectors.toMap(ResourceType::plural, Function.identity(), (a, b) -> a));

  @TestFactory
  Stream<DynamicNode> cases() throws IOException {
    var tests = new ArrayList<DynamicNode>();
    for (String kind : Kinds.all(Clock.systemUTC()).keySet()) {
      String plural = kind.split("\\.")[0];
      JsonNode cases = read(plural + ".json");
      JsonNode answers = read(plural + ".answers.json");
      for (String group : List.of("accepted", "refused")) {
        for (Map.Entry<String, JsonNode> each : cases.get(group).properties()) {
          String name = each.getKey();
          tests.add(
              DynamicTest.dynamicTest(
                  plural + ": " + name,
                  () -> {
                    var answer = new Answer(TYPES.get(plural), cases.get("base"));
                    assertThat(answer.to(name, each.getValue())).isEqualTo(answers.get(name));
                  }));
        }
      }
    }
    return tests.stream();
  }

  private static JsonNode read(String name) throws IOException {
    try (InputStream in = KindCasesTest.class.getResourceAsStream(name)) {
      return JSON.readTree(in);
    }
  }

  /** What the server says to one case. */
  private record Answer(ResourceType type, JsonNode base) {

    ObjectNode to(String name, JsonNode patch) throws IOException {
      try {
        if (!patch.has("was")) {
          ObjectNode object = merge(base, patch);
          return create(object);
        }
        ObjectNode own = base.deepCopy();
        own.withObject("/metadata").put("name", name.toLowerCase(Locale.ROOT).replace(' ', '-'));
        ObjectNode old = merge(own, patch.get("was"));
        create(old);
        return update(merge(old, patch.get("now")), old);
      } catch (ApiException e) {
        return answer(e.status().code(), e.status().toJson(), List.of());
      }
    }

    private static ObjectNode merge(JsonNode target, JsonNode patch) {
      return (ObjectNode) JsonMergePatch.apply(target.deepCopy(), patch);
    }

    private ObjectNode create(ObjectNode object) {
      decode(object);
      object.withObject("/metadata").put("uid", "UID");
      if (type.namespaced()) {
        object.withObject("/metadata").put("namespace", "default");
      }
      if (type.hasStatusSubresource()) {
        object.putObject("status");
      }
      type.strategy().prepareForCreate(object);
      fail(object, type.strategy().validate(object));
      return answer(201, encoded(object), type.strategy().warnings(object));
    }

    private ObjectNode update(ObjectNode object, ObjectNode old) {
      decode(object);
      if (type.hasStatusSubresource()) {
        object.set("status", old.path("status").deepCopy());
      }
      type.strategy().prepareForUpdate(object, old);
      fail(object, type.strategy().validateUpdate(object, old));
      return answer(200, encoded(object), type.strategy().warnings(object));
    }

    private void decode(ObjectNode object) {
      type.versions().get(0).schema().prune(object);
      type.versions().get(0).schema().setDefaults(object);
    }

    /** As the server writes it: a decoder's round trip leaves nothing that says nothing. */
    private ObjectNode encoded(ObjectNode object) {
      decode(object);
      object.withObject("/metadata").remove("uid");
      return object;
    }

    /** Names and labels are checked before all else, as every kind's. */
    private void fail(ObjectNode object, List<FieldError> problems) {
      String name = object.at("/metadata/name").asText();
      var errors = new ArrayList<FieldError>();
      type.strategy()
          .validateName(name, false)
          .forEach(each -> errors.add(FieldError.invalid("metadata.name", name, each)));
      var labels = new Errors();
      Names.labels(Field.of(object).at("metadata.labels"), labels);
      errors.addAll(labels.list());
      errors.addAll(problems);
      if (!errors.isEmpty()) {
        throw new ApiException(Status.invalid(type.group(), type.kind(), name, errors));
      }
    }

    private static final Pattern STRUCT = Pattern.compile("Invalid value: \\{.{400,}\\}: ");

    private ObjectNode answer(int code, ObjectNode body, List<String> warnings) {
      ObjectNode answer = JSON.createObjectNode().put("code", code);
      ObjectNode shown = body.deepCopy();
      mask(shown);
      answer.set("body", shown);
      if (!warnings.isEmpty()) {
        warnings.forEach(answer.putArray("warnings")::add);
      }
      return answer;
    }

    private static void withoutStruct(ObjectNode holder) {
      String message = holder.path("message").asText();
      holder.put("message", STRUCT.matcher(message).replaceAll("Invalid value: {}: "));
    }

    /** As cases.py does. */
    private static void mask(ObjectNode body) {
      for (JsonNode cause : body.at("/details/causes")) {
        withoutStruct((ObjectNode) cause);
      }
      if (body.has("message")) {
        withoutStruct(body);
      }
      body.at("/status/conditions")
          .forEach(condition -> ((ObjectNode) condition).remove("lastTransitionTime"));
      if (!body.path("kind").asText().equals("Service")) {
        return;
      }
      ObjectNode spec = (ObjectNode) body.get("spec");
      if (spec.path("clusterIP").asText().startsWith("10.96.")) {
        spec.put("clusterIP", "IP").putArray("clusterIPs").add("IP");
      }
      for (JsonNode port : spec.path("ports")) {
        if (port.has("nodePort")) {
          ((ObjectNode) port).put("nodePort", 30000);
        }
      }
      if (spec.has("healthCheckNodePort")) {
        spec.put("healthCheckNodePort", 30000);
      }
    }
  }
}
