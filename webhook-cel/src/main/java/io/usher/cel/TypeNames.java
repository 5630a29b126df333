package io.usher.cel;

import dev.cel.common.types.CelType;
import java.util.stream.Collectors;

/** Types as cel-go names them. */
final class TypeNames {

  private TypeNames() {}

  /** As messages about literals show a type. */
  static String shown(CelType type) {
    return shortened(of(type));
  }

  /** With the names that cel-go's messages have for types of protobuf. */
  static String shortened(String text) {
    return text.replace("google.protobuf.Timestamp", "timestamp")
        .replace("google.protobuf.Duration", "duration");
  }

  static String of(CelType type) {
    String name =
        switch (type.kind()) {
          case DYN -> "dyn";
          case ANY -> "any";
          case NULL_TYPE -> "null_type";
          case LIST -> "list";
          case MAP -> "map";
          default -> type.name();
        };
    return type.parameters().isEmpty()
        ? name
        : name
            + type.parameters().stream()
                .map(TypeNames::of)
                .collect(Collectors.joining(", ", "(", ")"));
  }
}
