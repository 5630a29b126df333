package io.usher.webhook.declaration;

import io.usher.cluster.Lister;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a rule, or of a rule class's constructor.
 *
 * @param type its erased type
 * @param old whether it is marked {@code @OldObject}
 * @param listed of a {@link Lister}, the type of its objects; null when it does not tell one
 */
public record ParameterDescription(
    TypeDescription type, boolean old, @Nullable TypeDescription listed) {

  boolean isLister() {
    return type.is(Lister.class);
  }
}
