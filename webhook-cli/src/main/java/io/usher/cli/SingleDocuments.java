package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.cli.local.ManifestException;
import io.usher.cli.local.ManifestReader;
import io.usher.cli.local.YamlDocuments;
import java.util.List;

/** Files that hold one YAML or JSON document each. */
record SingleDocuments(ManifestReader reader) {

  /**
   * The one document of this file.
   *
   * @throws ManifestException when it can't be read, or holds none or several
   */
  JsonNode tree(String name) {
    List<YamlDocuments.Document> documents = YamlDocuments.read(name, reader.text(name));
    if (documents.size() != 1) {
      throw new ManifestException(name + ": it holds " + documents.size() + " documents, not one");
    }
    return documents.get(0).tree();
  }

  /**
   * The one object of this file.
   *
   * @throws ManifestException when it can't be read, or holds anything else
   */
  ObjectNode object(String name) {
    if (tree(name) instanceof ObjectNode object) {
      return object;
    }
    throw new ManifestException(name + ": it holds no object");
  }
}
