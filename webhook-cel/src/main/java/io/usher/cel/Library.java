package io.usher.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions: what the checker knows of them, and what they do. */
final class Library {

  /**
   * A function for arguments of some types.
   *
   * @param id as in cel-go, whose costs go by it
   * @param member whether it is called on its first argument
   */
  record Overload(
      String id,
      boolean member,
      String name,
      ImmutableList<CelType> arguments,
      CelType result,
      Function body) {

    boolean takes(Object[] values) {
      if (values.length != arguments.size()) {
        return false;
      }
      for (int i = 0; i < values.length; i++) {
        if (!isOf(arguments.get(i), values[i])) {
          return false;
        }
      }
      return true;
    }

    /** As cel-go looks at a value: of lists and maps at what is first in them. */
    private static boolean isOf(CelType type, Object value) {
      switch (type.kind()) {
        case DYN, ANY, TYPE_PARAM:
          return true;
        default:
      }
      if (!type.name().equals(Values.typeName(value))) {
        return false;
      }
      if (value instanceof List<?> list) {
        return list.isEmpty() || isOf(type.parameters().get(0), list.get(0));
      }
      if (value instanceof Map<?, ?> map && !map.isEmpty()) {
        Map.Entry<?, ?> first = map.entrySet().iterator().next();
        return isOf(type.parameters().get(0), first.getKey())
            && isOf(type.parameters().get(1), first.getValue());
      }
      return true;
    }
  }

  private final List<Overload> overloads = new ArrayList<>();

  /**
   * Adds an overload.
   *
   * @param declaration its id, {@code .name} of a member or the name of another, the types of its
   *     arguments, which commas part, and of its result; as in {@code string_char_at_int .charAt
   *     string,int string}
   */
  Library add(String declaration, Function body) {
    String[] words = declaration.split(" ", -1);
    boolean member = words[1].startsWith(".");
    var arguments = ImmutableList.<CelType>builder();
    for (String type : words[2].isEmpty() ? new String[0] : words[2].split(",", -1)) {
      arguments.add(type(type.replace(';', ',')));
    }
    overloads.add(
        new Overload(
            words[0],
            member,
            member ? words[1].substring(1) : words[1],
            arguments.build(),
            type(words[3].replace(';', ',')),
            body));
    return this;
  }

  List<Overload> overloads() {
    return overloads;
  }

  /** {@code list<string>}, {@code map<string,T>}, {@code kubernetes.Quantity}. */
  private static CelType type(String text) {
    int open = text.indexOf('<');
    if (open > 0) {
      String inner = text.substring(open + 1, text.length() - 1);
      int comma = inner.indexOf(',');
      return switch (text.substring(0, open)) {
        case "list" -> ListType.create(type(inner));
        case "optional" -> OptionalType.create(type(inner));
        default ->
            MapType.create(type(inner.substring(0, comma)), type(inner.substring(comma + 1)));
      };
    }
    return switch (text) {
      case "timestamp" -> SimpleType.TIMESTAMP;
      case "duration" -> SimpleType.DURATION;
      case "dyn" -> SimpleType.DYN;
      case "T", "U" -> TypeParamType.create(text);
      default -> {
        CelType simple = SimpleType.TYPE_MAP.get(text);
        yield simple == null ? OpaqueType.create(text) : simple;
      }
    };
  }
}
