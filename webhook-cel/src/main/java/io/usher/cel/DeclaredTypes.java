package io.usher.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The types of a value and of its parts, by which expressions are checked. */
final class DeclaredTypes implements CelTypeProvider {

  private final Map<String, CelType> objects = new LinkedHashMap<>();
  private final CelType root;
  private final String prefix;

  DeclaredTypes(ValueType type, String prefix) {
    this.prefix = prefix;
    root = declare(type);
  }

  CelType root() {
    return root;
  }

  private CelType declare(ValueType type) {
    if (type instanceof ValueType.ListOf list) {
      return ListType.create(declare(list.element()));
    }
    if (type instanceof ValueType.MapOf map) {
      return MapType.create(SimpleType.STRING, declare(map.value()));
    }
    if (type instanceof ValueType.Bounded bounded) {
      return scalar(bounded.type());
    }
    return type instanceof ValueType.ObjectOf object
        ? declare(object)
        : scalar((ValueType.Scalar) type);
  }

  private CelType declare(ValueType.ObjectOf object) {
    var fields = new LinkedHashMap<String, CelType>();
    object
        .fields()
        .forEach(
            (name, type) -> {
              String escaped = FieldNames.escaped(name);
              if (!escaped.isEmpty()) {
                fields.put(escaped, declare(type));
              }
            });
    String name = prefix + objects.size();
    CelType struct =
        StructType.create(
            name,
            ImmutableSet.copyOf(fields.keySet()),
            field -> Optional.ofNullable(fields.get(field)));
    objects.put(name, struct);
    return struct;
  }

  private static CelType scalar(ValueType.Scalar type) {
    return switch (type) {
      case STRING -> SimpleType.STRING;
      case INT -> SimpleType.INT;
      case DOUBLE -> SimpleType.DOUBLE;
      case BOOL -> SimpleType.BOOL;
      case BYTES -> SimpleType.BYTES;
      case TIMESTAMP -> SimpleType.TIMESTAMP;
      case DURATION -> SimpleType.DURATION;
      case ANY -> SimpleType.DYN;
    };
  }

  @Override
  public ImmutableCollection<CelType> types() {
    return ImmutableList.copyOf(objects.values());
  }

  @Override
  public Optional<CelType> findType(String name) {
    return Optional.ofNullable(objects.get(name));
  }
}
