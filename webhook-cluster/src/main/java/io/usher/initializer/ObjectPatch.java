package io.usher.initializer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.write.MergePatch;
import java.util.List;

/**
 * What makes an object as the rules want it.
 *
 * @param object which
 * @param resourceVersion what the patch is for: another version is a conflict
 * @param type the media type of the patch
 * @param patch without uid and version
 * @param rules those that changed the object, in order
 * @param restarts whether it changes a Pod template, so that Pods are replaced
 * @param warnings for the operator
 */
public record ObjectPatch(
    ObjectKey object,
    String resourceVersion,
    String type,
    ObjectNode patch,
    List<String> rules,
    boolean restarts,
    List<String> warnings) {

  public ObjectPatch {
    rules = List.copyOf(rules);
    warnings = List.copyOf(warnings);
  }

  /** The patch as it is sent: of this very object, in this very version. */
  MergePatch conditional() {
    return new MergePatch(type, patch).onlyOf(object.uid(), resourceVersion);
  }
}
