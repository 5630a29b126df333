package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import java.util.Set;

/**
 * One object of a manifest.
 *
 * @param source the file as it was named, or {@code STDIN}
 * @param number its place in the file, from 1
 * @param lines where it and its parts begin, from 1
 * @param object the object; not copied, and not to be changed
 */
public record ManifestDocument(String source, int number, Lines lines, ObjectNode object) {

  private static final Set<String> POLICIES =
      Set.of(
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  /** Whether it is an admission policy, or the binding of one. */
  public boolean isPolicy() {
    return kind().group().equals("admissionregistration.k8s.io")
        && POLICIES.contains(kind().kind());
  }

  /** The line that it begins at, from 1. */
  public int line() {
    return lines.of(object);
  }

  /** Where it is from: {@code pod.yaml, document 2 at line 14}. */
  public String where() {
    return source + ", document " + number + " at line " + line();
  }

  /** Its kind. */
  GroupVersionKind kind() {
    return GroupVersionKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
  }

  /** What its annotations say to this program, {@code usher.io/KEY}; empty when nothing. */
  String annotation(String key) {
    return object.path("metadata").path("annotations").path("usher.io/" + key).asText();
  }

  /** An exception that says where this document is from. */
  public ManifestException invalid(String problem) {
    return new ManifestException(where() + ": " + problem);
  }
}
