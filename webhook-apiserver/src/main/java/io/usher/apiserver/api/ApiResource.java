package io.usher.apiserver.api;

import io.usher.admission.GroupVersionKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request is about: a resource type in one of its versions.
 *
 * @param type the type
 * @param version the version that the client speaks
 */
public record ApiResource(ResourceType type, ServedVersion version) {

  /** The kind of the objects that the client sees. */
  public GroupVersionKind kind() {
    return new GroupVersionKind(type.group(), version.name(), type.kind());
  }

  /** Whether the client sees objects as they are stored. */
  public boolean isStored() {
    return version.conversion() == Conversion.NONE && kind().equals(type.storedKind());
  }

  /** What the resource has in this version. */
  public List<Subresource> subresources() {
    List<Subresource> own = version.subresources();
    return own == null ? type.subresources() : own;
  }

  /** The subresource of this name, or null. */
  public @Nullable Subresource subresource(String name) {
    for (Subresource subresource : subresources()) {
      if (subresource.name().equals(name)) {
        return subresource;
      }
    }
    return null;
  }

  /** Whether {@code status} is written apart from the rest. */
  public boolean hasStatusSubresource() {
    return subresource("status") != null;
  }
}
