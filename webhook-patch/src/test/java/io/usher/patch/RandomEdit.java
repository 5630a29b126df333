package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Edits a document at random, as rules do: a few values changed, added, removed or moved. */
final class RandomEdit {
  private final Random random;
  private final RandomDocuments documents;
  private int changes;

  RandomEdit(Random random, RandomDocuments documents) {
    this.random = random;
    this.documents = documents;
  }

  /** A changed copy. */
  ObjectNode of(ObjectNode document) {
    changes = 0;
    ObjectNode edited = document.deepCopy();
    for (int i = random.nextInt(5); i >= 0; i--) {
      List<JsonNode> containers = new ArrayList<>();
      collect(edited, containers);
      JsonNode container = containers.get(random.nextInt(containers.size()));
      if (container instanceof ObjectNode object) {
        edit(object);
      } else {
        edit((ArrayNode) container);
      }
    }
    return edited;
  }

  /** So many values of the copy were changed, added or removed; a moved one counts as two. */
  int changes() {
    return changes;
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  /** A map never takes the place of another one: that is as many changes as they differ in. */
  private void edit(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    changes++;
    switch (names.isEmpty() ? 0 : random.nextInt(4)) {
      case 0 -> object.set("new" + changes, documents.value(2));
      case 1 -> object.set(documents.key(), documents.scalar());
      case 2 -> object.remove(names.get(random.nextInt(names.size())));
      default -> object.set(names.get(random.nextInt(names.size())), documents.scalar());
    }
  }

  private void edit(ArrayNode array) {
    if (array.isEmpty()) {
      array.add(documents.value(2));
      changes++;
      return;
    }
    int index = random.nextInt(array.size());
    switch (random.nextInt(5)) {
      case 0 -> array.insert(index, documents.value(2));
      case 1 -> array.remove(index);
      case 2 -> array.insert(random.nextInt(array.size()), array.get(index).deepCopy());
      case 3 -> array.set(index, documents.scalar());
      default -> {
        JsonNode moved = array.remove(index);
        array.insert(random.nextInt(array.size() + 1), moved);
        changes++;
      }
    }
    changes++;
  }
}
