package io.usher.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReadException;
import io.usher.rule.LabelSelector;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a rule asks the API server itself. Its names are such that no path leads elsewhere. */
public sealed interface LiveQuestion {

  /** What declares it. */
  LiveRead read();

  /** Where the API server is asked, with the query, without a slash at its beginning. */
  String path();

  /**
   * The answer where all objects of the resource are at hand.
   *
   * @return null when there is no such object
   * @throws LiveReadException when objects don't tell it
   */
  byte @Nullable [] answer(Collection<ObjectNode> all);

  /**
   * One object.
   *
   * @param namespace empty where the resource's objects don't live in namespaces
   */
  record OneObject(LiveRead read, String namespace, String name) implements LiveQuestion {

    public OneObject {
      Paths.checkNamespace(namespace);
      Paths.checkName(name);
    }

    @Override
    public String path() {
      return Paths.collection(read, namespace) + "/" + Paths.encoded(name);
    }

    @Override
    public byte @Nullable [] answer(Collection<ObjectNode> all) {
      return all.stream()
          .filter(object -> object.at("/metadata/name").asText().equals(name))
          .filter(object -> object.at("/metadata/namespace").asText().equals(namespace))
          .findFirst()
          .map(ObjectMapping::encode)
          .orElse(null);
    }
  }

  /**
   * The objects of a namespace, or of all.
   *
   * @param namespace empty for all
   * @param labels in kubectl's syntax, empty for all
   */
  record Objects(LiveRead read, String namespace, String labels) implements LiveQuestion {

    public Objects {
      Paths.checkNamespace(namespace);
      LabelSelector.parse(labels);
    }

    @Override
    public String path() {
      return Paths.collection(read, namespace)
          + (labels.isEmpty() ? "" : "?labelSelector=" + Paths.encoded(labels));
    }

    @Override
    public byte[] answer(Collection<ObjectNode> all) {
      LabelSelector selector = LabelSelector.parse(labels);
      ObjectNode list = JsonNodeFactory.instance.objectNode();
      ArrayNode items = list.putArray("items");
      for (ObjectNode object : all) {
        if ((namespace.isEmpty() || object.at("/metadata/namespace").asText().equals(namespace))
            && selector.matches(object)) {
          items.add(object);
        }
      }
      return ObjectMapping.encode(list);
    }
  }

  /**
   * What the API server's proxy leads to.
   *
   * @param namespace empty for a node
   * @param target {@code NAME}, {@code NAME:PORT} or {@code https:NAME:PORT}
   * @param rest of the path, with its query
   */
  record Proxied(LiveRead read, String namespace, String target, String rest)
      implements LiveQuestion {

    private static final Pattern TARGET =
        Pattern.compile("(?:https?:)?[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[-a-z0-9]*)?");

    private static final Pattern REST =
        Pattern.compile("[\\w.~!$&'()*+,;=:@/-]*(?:\\?[\\w.~!$&'()*+,;=:@/?%-]*)?");

    private static final Pattern DOTS = Pattern.compile("(?:^|/)\\.{1,2}(?:/|\\?|$)");

    public Proxied {
      Paths.checkNamespace(namespace);
      if (!TARGET.matcher(target).matches()) {
        throw new IllegalArgumentException(
            "\"%s\" can't be proxied to; write NAME, NAME:PORT or https:NAME:PORT"
                .formatted(target));
      }
      if (!REST.matcher(rest).matches() || DOTS.matcher(rest).find() || rest.startsWith("/")) {
        throw new IllegalArgumentException(
            "\"%s\" is no path behind a proxy; write one without a slash at its beginning, without"
                    .formatted(rest)
                + " dots alone and without escapes: \"stats/summary\"");
      }
    }

    @Override
    public String path() {
      return Paths.collection(read, namespace) + "/" + target + "/proxy/" + rest;
    }

    @Override
    public byte[] answer(Collection<ObjectNode> all) {
      throw new LiveReadException("GET " + path() + ": there is nothing behind the proxy here");
    }
  }

  /** How the API server's paths are made. */
  final class Paths {

    private Paths() {}

    private static void checkName(String name) {
      // As Kubernetes has it: such a name can be no segment of a path.
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.matches("(?s).*[/%].*")) {
        throw new IllegalArgumentException(
            "\"" + name + "\" can be no object's name; write one without / and %");
      }
    }

    private static void checkNamespace(String namespace) {
      if (!namespace.isEmpty()) {
        checkName(namespace);
      }
    }

    private static String collection(LiveRead read, String namespace) {
      GroupVersionResource resource = read.resource();
      return (resource.group().isEmpty() ? "api/" : "apis/" + resource.group() + "/")
          + resource.version()
          + (namespace.isEmpty() ? "/" : "/namespaces/" + encoded(namespace) + "/")
          + resource.resource();
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }
}
