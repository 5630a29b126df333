package io.usher.webhook.declaration;

import io.usher.cluster.Lister;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a rule or handler, or of a rule class's constructor.
 *
 * @param type its erased type
 * @param old whether it is marked {@code @OldObject}
 * @param element of a {@link Lister} or {@code Optional}, the type of its objects; null when it
 *     does not tell one
 */
public record ParameterDescription(
    TypeDescription type, boolean old, @Nullable TypeDescription element) {

  boolean isLister() {
    return type.is(Lister.class);
  }
}
