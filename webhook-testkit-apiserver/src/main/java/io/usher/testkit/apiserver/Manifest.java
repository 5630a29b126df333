package io.usher.testkit.apiserver;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.json.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A YAML text of any number of documents.
 *
 * @param source where it is from, for messages
 */
record Manifest(String source, String yaml) {

  private static final YAMLMapper MAPPER = Yaml.mapper().build();

  /**
   * One object of it.
   *
   * @param source where it is from, for messages
   */
  record Document(String source, ObjectNode object) {

    String kind() {
      return object.path("kind").asText();
    }

    /** {@code v1}, {@code apps/v1}. */
    String apiVersion() {
      return object.path("apiVersion").asText();
    }

    String group() {
      int slash = apiVersion().indexOf('/');
      return slash < 0 ? "" : apiVersion().substring(0, slash);
    }

    String version() {
      return apiVersion().substring(apiVersion().indexOf('/') + 1);
    }

    boolean isDefinition() {
      return kind().equals("CustomResourceDefinition") && group().equals("apiextensions.k8s.io");
    }

    /** Whether it is an admission policy or the binding of one. */
    boolean isPolicy() {
      return group().equals("admissionregistration.k8s.io") && kind().contains("AdmissionPolicy");
    }

    /** The plural of a policy's or a binding's kind. */
    String policyPlural() {
      String lower = kind().toLowerCase(Locale.ROOT);
      return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + 's';
    }

    String name() {
      return object.path("metadata").path("name").asText();
    }

    String namespace() {
      return object.path("metadata").path("namespace").asText();
    }

    IllegalArgumentException invalid(String problem) {
      return new IllegalArgumentException(
          "%s (%s %s): %s".formatted(source, kind(), name(), problem));
    }
  }

  /**
   * A file of the class path.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Manifest ofResource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "manifest \"%s\": no such class path resource, looked for from %s"
                .formatted(name, beside.getName()));
      }
      return new Manifest(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + name, e);
    }
  }

  /**
   * Its objects, in order; those of a {@code List} stand for themselves.
   *
   * @throws IllegalArgumentException when a document is no object
   */
  List<Document> documents() {
    var documents = new ArrayList<Document>();
    int number = 0;
    try (JsonParser parser = Yaml.parser(yaml)) {
      while (parser.nextToken() != null) {
        number++;
        JsonNode tree = MAPPER.readTree(parser);
        if (!tree.isNull()) {
          add(tree, source + ", document " + number, documents);
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s, document %d: %s".formatted(source, Math.max(number, 1), e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + source, e);
    }
    return documents;
  }

  private static void add(JsonNode tree, String source, List<Document> documents) {
    if (!(tree instanceof ObjectNode object) || !object.path("kind").isTextual()) {
      throw new IllegalArgumentException(
          source + " is no Kubernetes object: write apiVersion, kind and metadata");
    }
    if (object.path("kind").asText().equals("List")) {
      object.path("items").forEach(item -> add(item, source, documents));
    } else {
      documents.add(new Document(source, object));
    }
  }
}
