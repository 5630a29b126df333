package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads manifests as {@code kubectl apply -f} does: files, folders, {@code -} for the input. */
public final class ManifestReader {

  private static final String STDIN = "-";

  private final InputStream stdin;

  /** A reader that takes {@code -} from here. */
  public ManifestReader(InputStream stdin) {
    this.stdin = stdin;
  }

  /**
   * The objects of these files, in the order given; of a folder those of its {@code .yaml}, {@code
   * .yml} and {@code .json} files by path. A {@code List} is its items.
   *
   * @param recursive whether a folder's sub-folders are read, too
   * @throws ManifestException when one can't be read, or holds something that is no object
   */
  public List<ManifestDocument> read(List<String> names, boolean recursive) {
    var documents = new ArrayList<ManifestDocument>();
    for (String name : names) {
      if (name.equals(STDIN)) {
        addDocuments("STDIN", text(), documents);
      } else {
        for (Path file : files(Path.of(name), recursive)) {
          addDocuments(file.toString(), text(file), documents);
        }
      }
    }
    return documents;
  }

  /** The text of this file, or of the input for {@code -}. */
  public String text(String name) {
    return name.equals(STDIN) ? text() : text(Path.of(name));
  }

  private static void addDocuments(String source, String text, List<ManifestDocument> documents) {
    for (YamlDocuments.Document document : YamlDocuments.read(source, text)) {
      int number = document.number();
      if (document.tree() instanceof ObjectNode object) {
        add(new ManifestDocument(source, number, document.lines(), object), documents);
      } else {
        throw new ManifestException(
            "%s, document %d at line %d: it is no object but of JSON's type %s"
                .formatted(
                    source,
                    number,
                    document.line(),
                    document.tree().getNodeType().name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  private static void add(ManifestDocument document, List<ManifestDocument> documents) {
    JsonNode items = document.object().path("items");
    if (document.object().path("kind").asText().endsWith("List") && items.isArray()) {
      for (JsonNode item : items) {
        if (!(item instanceof ObjectNode object)) {
          throw document.invalid("an item of the list is no object");
        }
        add(
            new ManifestDocument(document.source(), document.number(), document.lines(), object),
            documents);
      }
      return;
    }
    for (String field : List.of("apiVersion", "kind")) {
      if (!document.object().path(field).isTextual()) {
        throw document.invalid("it has no " + field + " and so is no Kubernetes object");
      }
    }
    documents.add(document);
  }

  private static List<Path> files(Path path, boolean recursive) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.walk(path, recursive ? Integer.MAX_VALUE : 1)) {
      List<Path> manifests =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
              .sorted()
              .toList();
      if (manifests.isEmpty()) {
        throw new ManifestException(
            path
                + " holds no .yaml, .yml or .json file"
                + (recursive ? "" : "; add -R to read its sub-folders, too"));
      }
      return manifests;
    } catch (IOException e) {
      throw new ManifestException("list " + path + ": " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ManifestException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new ManifestException("read " + file + ": " + e.getMessage(), e);
    }
  }

  private String text() {
    try {
      return new String(stdin.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ManifestException("read stdin: " + e.getMessage(), e);
    }
  }
}
