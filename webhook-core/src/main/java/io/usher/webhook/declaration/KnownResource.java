package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The resource that objects of a kind are sent to; for whoever makes requests out of objects.
 *
 * @param resource the collection
 * @param namespaced whether its objects live in a namespace
 */
public record KnownResource(GroupVersionResource resource, boolean namespaced) {

  private static final List<String[]> BUILT_IN = builtIn();

  /**
   * By Kubernetes' own table; a kind that is not in it is namespaced, and its plural is as given or
   * the kind with an s.
   *
   * @param plural the plural where it can't be told by the kind, or null
   */
  public static KnownResource of(
      GroupVersionKind kind, @Nullable String plural, String subresource) {
    for (String[] row : BUILT_IN) {
      String[] path = row[3].split("/", 2);
      if (row[0].equals(kind.group())
          && row[1].equals(kind.version())
          && row[2].equals(kind.kind())
          && (path.length > 1 ? path[1] : "").equals(subresource)
          && (plural == null || plural.equals(path[0]))) {
        return new KnownResource(
            new GroupVersionResource(row[6], row[7], path[0]), Boolean.parseBoolean(row[4]));
      }
    }
    String named = plural != null ? plural : kind.kind().toLowerCase(Locale.ROOT) + "s";
    return new KnownResource(new GroupVersionResource(kind.group(), kind.version(), named), true);
  }

  private static List<String[]> builtIn() {
    try (InputStream table =
            KnownResource.class.getResourceAsStream("/io/usher/webhook/built-in-resources.tsv");
        var lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("read built-in-resources.tsv: " + e.getMessage(), e);
    }
  }
}
