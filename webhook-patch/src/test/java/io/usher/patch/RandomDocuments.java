package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;

/**
 * Documents as an API server sends them, from a seed: Pods, Deployments, ConfigMaps with hostile
 * keys, custom resources of any shape, lists with duplicates.
 */
final class RandomDocuments {
  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);
  private static final List<String> NAMES = List.of("web", "db", "log", "proxy", "init", "m");
  private static final List<String> KEYS =
      List.of(
          "app",
          "app.kubernetes.io/name",
          "a/b~c",
          "~1",
          "~01",
          "0",
          "-",
          "",
          "\"quoted\"",
          "\\",
          "%20",
          "ключ",
          "\ud83d\ude00",
          "\u0000\n",
          "$patch");

  private final Random random;

  RandomDocuments(Random random) {
    this.random = random;
  }

  ObjectNode next() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> pod();
      case 2 -> deployment();
      case 3 -> configMap();
      case 4 -> customResource();
      default -> duplicates();
    };
  }

  private ObjectNode object(String apiVersion, String kind) {
    ObjectNode object = NODES.objectNode().put("apiVersion", apiVersion).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name());
    maybe(() -> metadata.set("labels", map(KEYS.subList(0, 3))));
    maybe(() -> metadata.set("annotations", map(KEYS)));
    maybe(() -> metadata.set("finalizers", texts()));
    return object;
  }

  private ObjectNode pod() {
    ObjectNode pod = object("v1", "Pod");
    pod.set("spec", podSpec());
    maybe(() -> pod.putObject("status").set("conditions", list("type")));
    return pod;
  }

  private ObjectNode podSpec() {
    ObjectNode spec = NODES.objectNode();
    spec.set("containers", containers());
    maybe(() -> spec.set("initContainers", containers()));
    maybe(() -> spec.set("volumes", list("name")));
    maybe(() -> spec.set("tolerations", list("key")));
    maybe(() -> spec.set("nodeSelector", map(KEYS)));
    maybe(() -> spec.put("terminationGracePeriodSeconds", random.nextInt(60)));
    return spec;
  }

  private ObjectNode deployment() {
    ObjectNode deployment = object("apps/v1", "Deployment");
    ObjectNode spec = deployment.putObject("spec").put("replicas", random.nextInt(5));
    spec.putObject("selector").set("matchLabels", map(KEYS.subList(0, 3)));
    ObjectNode template = spec.putObject("template");
    template.putObject("metadata").set("labels", map(KEYS.subList(0, 3)));
    template.set("spec", podSpec());
    return deployment;
  }

  private ObjectNode configMap() {
    ObjectNode configMap = object("v1", "ConfigMap");
    configMap.set("data", map(KEYS));
    return configMap;
  }

  private ObjectNode customResource() {
    ObjectNode resource = object("example.com/v1", "Widget");
    resource.set("spec", value(4));
    return resource;
  }

  private ObjectNode duplicates() {
    ObjectNode object = object("example.com/v1", "Duplicates");
    for (String name : NAMES) {
      ArrayNode list = object.putArray(name);
      for (int i = random.nextInt(8); i > 0; i--) {
        list.add(random.nextBoolean() ? scalar() : NODES.objectNode().put("name", name()));
      }
    }
    return object;
  }

  private ArrayNode containers() {
    ArrayNode containers = NODES.arrayNode();
    for (String name : some(NAMES)) {
      ObjectNode container = containers.addObject().put("name", name).put("image", text());
      maybe(() -> container.set("args", texts()));
      maybe(() -> container.set("env", list("name")));
      maybe(() -> container.set("ports", list("containerPort")));
      maybe(() -> container.putObject("resources").putObject("limits").set("cpu", scalar()));
    }
    return containers;
  }

  /** A list of maps, most of them with a name of their own. */
  ArrayNode list(String key) {
    ArrayNode list = NODES.arrayNode();
    for (String name : some(NAMES)) {
      ObjectNode element = list.addObject();
      if (random.nextInt(20) > 0) {
        element.put(key, random.nextInt(20) > 0 ? name : name());
      }
      maybe(() -> element.set("value", scalar()));
      maybe(() -> element.set("nested", value(1)));
    }
    return list;
  }

  private List<String> some(List<String> names) {
    var shuffled = new java.util.ArrayList<>(names);
    java.util.Collections.shuffle(shuffled, random);
    return shuffled.subList(0, random.nextInt(shuffled.size() + 1));
  }

  private ObjectNode map(List<String> keys) {
    ObjectNode map = NODES.objectNode();
    some(keys).forEach(key -> map.put(key, text()));
    return map;
  }

  private ArrayNode texts() {
    ArrayNode texts = NODES.arrayNode();
    for (int i = random.nextInt(6); i > 0; i--) {
      texts.add(text());
    }
    return texts;
  }

  JsonNode value(int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0, 1, 2 -> {
        ObjectNode object = NODES.objectNode();
        some(KEYS).stream().limit(4).forEach(key -> object.set(key, value(depth - 1)));
        yield object;
      }
      case 3, 4 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.add(value(depth - 1));
        }
        yield array;
      }
      case 5 -> list("name");
      default -> scalar();
    };
  }

  JsonNode scalar() {
    return switch (random.nextInt(10)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt(3));
      case 3 -> NODES.numberNode(new BigDecimal(random.nextInt(3) + ".0"));
      case 4 -> NODES.numberNode(new BigDecimal("0.1000000000000000000" + random.nextInt(3)));
      case 5 -> NODES.numberNode(9007199254740992L + random.nextInt(3));
      case 6 -> NODES.numberNode(new BigInteger("12345678901234567890" + random.nextInt(3)));
      default -> NODES.textNode(text());
    };
  }

  String key() {
    return KEYS.get(random.nextInt(KEYS.size()));
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private String text() {
    return random.nextInt(8) == 0 ? key() : "v" + random.nextInt(6);
  }

  private void maybe(Runnable part) {
    if (random.nextBoolean()) {
      part.run();
    }
  }
}
