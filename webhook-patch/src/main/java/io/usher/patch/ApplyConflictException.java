package io.usher.patch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Somebody applied other values to fields that others manage, and did not force it. The message is
 * kube-apiserver's.
 */
public final class ApplyConflictException extends PatchException {
  private static final long serialVersionUID = 1L;

  /**
   * A field that another manages.
   *
   * @param manager {@code kubectl-edit}
   * @param subresource through which he wrote it, or empty
   * @param apiVersion in which he updated it; empty for who applied it
   * @param field {@code .spec.replicas}
   */
  public record Conflict(String manager, String subresource, String apiVersion, String field) {

    /** Who manages it: {@code "kubectl-edit" using apps/v1}. */
    public String owner() {
      return quoted(manager)
          + (subresource.isEmpty() ? "" : " with subresource " + quoted(subresource))
          + (apiVersion.isEmpty() ? "" : " using " + apiVersion);
    }

    private static String quoted(String text) {
      return JsonNodeFactory.instance.textNode(text).toString();
    }
  }

  private final transient List<Conflict> conflicts;

  ApplyConflictException(List<Conflict> conflicts) {
    super("", message(conflicts));
    this.conflicts = List.copyOf(conflicts);
  }

  /** Each field and who manages it. */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  /** The same, as somebody sees it who knows the fields in another version. */
  public ApplyConflictException using(String apiVersion) {
    return new ApplyConflictException(
        conflicts.stream()
            .map(
                each ->
                    new Conflict(
                        each.manager(),
                        each.subresource(),
                        each.apiVersion().isEmpty() ? "" : apiVersion,
                        each.field()))
            .toList());
  }

  private static String message(List<Conflict> conflicts) {
    if (conflicts.size() == 1) {
      Conflict only = conflicts.get(0);
      return "Apply failed with 1 conflict: conflict with " + only.owner() + ": " + only.field();
    }
    Map<String, List<String>> byManager = new TreeMap<>();
    conflicts.forEach(
        each ->
            byManager.computeIfAbsent(each.owner(), none -> new ArrayList<>()).add(each.field()));
    var lines = new ArrayList<String>();
    byManager.forEach(
        (manager, fields) -> {
          lines.add("conflicts with " + manager + ':');
          fields.forEach(field -> lines.add("- " + field));
        });
    return "Apply failed with " + conflicts.size() + " conflicts: " + String.join("\n", lines);
  }
}
