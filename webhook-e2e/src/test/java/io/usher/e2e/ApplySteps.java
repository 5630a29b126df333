package io.usher.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.patch.JsonMergePatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What several managers do with one object: the sequences of {@code apply.txt}, and random ones of
 * what managers usually want.
 */
final class ApplySteps {

  private static final Map<String, String> COLLECTIONS =
      Map.of(
          "configmaps", "v1 ConfigMap",
          "services", "v1 Service",
          "serviceaccounts", "v1 ServiceAccount",
          "deployments", "apps/v1 Deployment",
          "horizontalpodautoscalers", "autoscaling/v2 HorizontalPodAutoscaler",
          "networkpolicies", "networking.k8s.io/v1 NetworkPolicy");

  private ApplySteps() {}

  /**
   * One request.
   *
   * @param manager who sends it
   * @param verb {@code apply}, {@code force}, {@code merge}, {@code json}, {@code put} (what is
   *     there, merged with the body) or {@code create}
   * @param target {@code deployments/d}, {@code deployments/d/status}
   * @param body without apiVersion and kind, which follow from the target
   */
  record Step(String manager, String verb, String target, JsonNode body) {

    Answer send(KubernetesApi api) {
      String[] names = target.split("/");
      String[] type = COLLECTIONS.get(names[0]).split(" ");
      String apiVersion = body.path("apiVersion").asText(type[0]);
      String collection =
          (apiVersion.equals("v1") ? "/api/" : "/apis/")
              + apiVersion
              + "/namespaces/default/"
              + names[0];
      String path = collection + target.substring(names[0].length());
      String query = "?fieldManager=" + manager;
      return switch (verb) {
        case "apply" ->
            api.patch(path + query, KubernetesApi.APPLY, whole(names, apiVersion, type[1]));
        case "force" ->
            api.patch(
                path + query + "&force=true",
                KubernetesApi.APPLY,
                whole(names, apiVersion, type[1]));
        case "merge" -> api.patch(path + query, KubernetesApi.MERGE_PATCH, body);
        case "json" -> api.patch(path + query, KubernetesApi.JSON_PATCH, body);
        case "create" -> api.create(collection + query, whole(names, apiVersion, type[1]));
        case "put" -> {
          Answer present = api.get(path);
          yield present.status() == 200
              ? api.update(path + query, JsonMergePatch.apply(present.body(), body))
              : api.create(collection + query, whole(names, apiVersion, type[1]));
        }
        default -> throw new IllegalArgumentException(verb);
      };
    }

    private ObjectNode whole(String[] names, String apiVersion, String kind) {
      ObjectNode object = body.deepCopy();
      boolean scale = names.length > 2 && names[2].equals("scale");
      object.put("apiVersion", scale ? "autoscaling/v1" : apiVersion);
      object.put("kind", scale ? "Scale" : kind);
      object.withObject("/metadata").put("name", names[1]);
      return object;
    }
  }

  /** The sequences of {@code apply.txt}, each of objects of its own. */
  static List<List<Step>> written() {
    try (var in = ApplySteps.class.getResourceAsStream("apply.txt")) {
      var sequences = new ArrayList<List<Step>>();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        if (line.startsWith("#")) {
          sequences.add(new ArrayList<>());
        } else if (!line.isBlank()) {
          String[] words = line.split(" ", 4);
          JsonNode body =
              words[1].equals("json")
                  ? Documents.yaml("{patch: " + words[3] + "}").get("patch")
                  : Documents.yaml(words[3]);
          String target = words[2].replaceFirst("/", "/w" + sequences.size() + "-");
          sequences.get(sequences.size() - 1).add(new Step(words[0], words[1], target, body));
        }
      }
      return sequences;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A random sequence. */
  static List<Step> random(long seed) {
    var random = new Random(seed);
    String collection =
        List.of("configmaps", "services", "serviceaccounts", "deployments", "deployments")
            .get(random.nextInt(5));
    String target = collection + "/r" + Long.toString(seed, 36);
    var steps = new ArrayList<Step>();
    for (int i = 3 + random.nextInt(5); i > 0; i--) {
      String manager = List.of("one", "two", "three").get(random.nextInt(3));
      String verb =
          List.of("apply", "apply", "apply", "apply", "force", "force", "merge", "put")
              .get(random.nextInt(8));
      steps.add(new Step(manager, verb, target, new Wishes(random).of(collection)));
    }
    return steps;
  }

  /** Makes up what a manager wants. */
  private record Wishes(Random random) {

    private boolean may() {
      return random.nextInt(5) < 2;
    }

    private JsonNode any(String... documents) {
      return Documents.yaml("{v: " + documents[random.nextInt(documents.length)] + "}").get("v");
    }

    private ArrayNode some(String... elements) {
      ArrayNode list = Documents.JSON.createArrayNode();
      for (String element : elements) {
        if (may()) {
          list.insert(random.nextInt(list.size() + 1), any(element));
        }
      }
      return list;
    }

    private void set(ObjectNode object, String pointer, JsonNode value) {
      int slash = pointer.lastIndexOf('/');
      ObjectNode parent = slash == 0 ? object : object.withObject(pointer.substring(0, slash));
      parent.set(pointer.substring(slash + 1), value);
    }

    private void maybe(ObjectNode object, String pointer, String... documents) {
      if (may()) {
        set(object, pointer, any(documents));
      }
    }

    private void maybeSome(ObjectNode object, String pointer, String... elements) {
      if (may()) {
        set(object, pointer, some(elements));
      }
    }

    ObjectNode of(String collection) {
      ObjectNode object = Documents.JSON.createObjectNode();
      maybe(object, "/metadata/labels", "{a: '1'}", "{a: '2', b: '1'}", "{b: '1', c: x}", "{}");
      maybe(object, "/metadata/annotations", "{x: '1'}", "{x: '2', y: ü}");
      maybeSome(object, "/metadata/finalizers", "example.com/a", "example.com/b", "example.com/c");
      switch (collection) {
        case "configmaps" -> {
          maybe(object, "/data", "{a: '1', b: '1'}", "{a: '2'}", "{c: '3', d.e: ''}", "{}");
          maybe(object, "/binaryData", "{z: YQ==}", "{y: Yg==}");
          maybe(object, "/immutable", "false");
        }
        case "serviceaccounts" -> {
          maybeSome(object, "/secrets", "{name: s1}", "{name: s2}", "{name: s3}");
          maybeSome(object, "/imagePullSecrets", "{name: p1}", "{name: p2}");
          maybe(object, "/automountServiceAccountToken", "true", "false");
        }
        case "services" -> service(object);
        default -> deployment(object);
      }
      return object;
    }

    private void service(ObjectNode object) {
      set(
          object,
          "/spec/ports",
          some(
              "{name: a, port: 80}",
              "{name: a, port: 80, targetPort: http}",
              "{name: b, port: 80, protocol: UDP}",
              "{name: c, port: 443, targetPort: 8443, appProtocol: https}"));
      ((ArrayNode) object.at("/spec/ports")).add(any("{name: z, port: 9, protocol: TCP}"));
      set(object, "/spec/clusterIP", TextNode.valueOf("None"));
      set(object, "/spec/selector", any("{app: web}"));
      maybe(object, "/spec/publishNotReadyAddresses", "true", "false");
      maybe(object, "/spec/sessionAffinity", "None", "ClientIP");
    }

    private void deployment(ObjectNode object) {
      set(object, "/spec/selector", any("{matchLabels: {app: web}}"));
      set(object, "/spec/template/metadata/labels/app", TextNode.valueOf("web"));
      maybe(object, "/spec/template/metadata/annotations", "{t: '1'}", "{t: '2', u: '1'}");
      maybe(object, "/spec/replicas", "1", "2", "3");
      maybe(object, "/spec/minReadySeconds", "0", "5");
      maybe(object, "/spec/paused", "true", "false");
      maybe(
          object,
          "/spec/strategy",
          "{type: RollingUpdate}",
          "{rollingUpdate: {maxSurge: 1}}",
          "{rollingUpdate: {maxUnavailable: 50%}, type: RollingUpdate}",
          "{}");
      String pod = "/spec/template/spec";
      ArrayNode containers = Documents.JSON.createArrayNode();
      containers.add(container("web"));
      if (may()) {
        containers.insert(random.nextInt(2), container("side"));
      }
      set(object, pod + "/containers", containers);
      maybe(object, pod + "/nodeSelector", "{disk: ssd}", "{zone: a, disk: hdd}");
      maybeSome(
          object,
          pod + "/volumes",
          "{name: v, emptyDir: {}}",
          "{name: w, configMap: {name: c, items: [{key: k, path: p}]}}",
          "{name: x, emptyDir: {medium: Memory, sizeLimit: 1024Mi}}");
      maybe(object, pod + "/tolerations", "[{key: a, operator: Exists}]", "[]");
      maybeSome(object, pod + "/imagePullSecrets", "{name: p1}", "{name: p2}");
      maybe(object, pod + "/securityContext", "{runAsUser: 1}", "{fsGroup: 2, sysctls: []}", "{}");
      maybeSome(object, pod + "/hostAliases", "{ip: 10.0.0.1, hostnames: [a]}", "{ip: 10.0.0.2}");
    }

    private JsonNode container(String name) {
      ObjectNode container = Documents.JSON.createObjectNode().put("name", name);
      container.put("image", name + ':' + random.nextInt(2));
      maybe(container, "/args", "[-v]", "[-v, -x]", "[]");
      maybeSome(
          container,
          "/env",
          "{name: A, value: '1'}",
          "{name: A, value: '2'}".replace('A', 'B'),
          "{name: C, valueFrom: {configMapKeyRef: {name: c, key: k}}}");
      maybeSome(
          container,
          "/ports",
          "{containerPort: 80}",
          "{containerPort: 80, protocol: UDP}",
          "{containerPort: 9, name: m, protocol: TCP}");
      maybe(
          container,
          "/resources",
          "{limits: {cpu: 100m}}",
          "{limits: {cpu: '0.1', memory: 1Gi}, requests: {cpu: 50m}}",
          "{}");
      maybe(
          container,
          "/livenessProbe",
          "{httpGet: {path: /, port: 80}}",
          "{httpGet: {path: /x, port: http}, periodSeconds: 5}");
      maybe(container, "/securityContext", "{capabilities: {add: [NET_ADMIN]}}", "{}");
      return container;
    }
  }
}
