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

/**
 * The types of a value and of its parts, by which expressions are checked. A part's type is named
 * by the way to it, as in Kubernetes: {@code Pod.spec.containers.@idx}.
 */
final class DeclaredTypes implements CelTypeProvider {

  private final Map<String, CelType> objects = new LinkedHashMap<>();
  private final CelType root;

  DeclaredTypes(ValueType type, String name) {
    root = declare(type, name);
  }

  CelType root() {
    return root;
  }

  private CelType declare(ValueType type, String name) {
    if (type instanceof ValueType.ListOf list) {
      return ListType.create(declare(list.element(), name + ".@idx"));
    }
    if (type instanceof ValueType.MapOf map) {
      return MapType.create(SimpleType.STRING, declare(map.value(), name + ".@elem"));
    }
    if (type instanceof ValueType.Bounded bounded) {
      return scalar(bounded.type());
    }
    return type instanceof ValueType.ObjectOf object
        ? declare(object, name)
        : scalar((ValueType.Scalar) type);
  }

  private CelType declare(ValueType.ObjectOf object, String name) {
    var fields = new LinkedHashMap<String, CelType>();
    object
        .fields()
        .forEach(
            (field, type) -> {
              String escaped = FieldNames.escaped(field);
              if (!escaped.isEmpty()) {
                CelType declared = declare(type, name + '.' + escaped);
                fields.put(escaped, declared);
                if (FieldNames.isReserved(field)) {
                  fields.put(field, declared);
                }
              }
            });
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
