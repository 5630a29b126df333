package io.usher.patch;

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
   * @param manager {@code "kubectl-edit" using apps/v1}
   * @param field {@code .spec.replicas}
   */
  public record Conflict(String manager, String field) {}

  private final transient List<Conflict> conflicts;

  ApplyConflictException(List<Conflict> conflicts) {
    super("", message(conflicts));
    this.conflicts = List.copyOf(conflicts);
  }

  /** Each field and who manages it. */
  public List<Conflict> conflicts() {
    return conflicts;
  }

  private static String message(List<Conflict> conflicts) {
    if (conflicts.size() == 1) {
      Conflict only = conflicts.get(0);
      return "Apply failed with 1 conflict: conflict with " + only.manager() + ": " + only.field();
    }
    Map<String, List<String>> byManager = new TreeMap<>();
    conflicts.forEach(
        each ->
            byManager.computeIfAbsent(each.manager(), none -> new ArrayList<>()).add(each.field()));
    var lines = new ArrayList<String>();
    byManager.forEach(
        (manager, fields) -> {
          lines.add("conflicts with " + manager + ':');
          fields.forEach(field -> lines.add("- " + field));
        });
    return "Apply failed with " + conflicts.size() + " conflicts: " + String.join("\n", lines);
  }
}
