package io.usher.cel;

import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names of types that policies make. */
final class PolicyTypes {

  static final String PATCH = "JSONPatch";
  static final String OBJECT = "Object";

  private PolicyTypes() {}

  /**
   * The type of a name; null for none.
   *
   * @param members what an object may have
   */
  static @Nullable CelType find(String name, ImmutableSet<String> members) {
    if (name.equals(PATCH)) {
      return StructType.create(
          PATCH,
          ImmutableSet.of("op", "path", "from", "value"),
          field -> Optional.of(field.equals("value") ? SimpleType.DYN : SimpleType.STRING));
    }
    return name.equals(OBJECT) || name.startsWith(OBJECT + ".")
        ? StructType.create(name, members, field -> Optional.of(SimpleType.DYN))
        : null;
  }
}
