package io.usher.apiserver.schema;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a value may be.
 *
 * @param kind what it is
 * @param goName what decoding errors call it, {@code []v1.Container}
 * @param element the type of a list's elements or of a map's values; null for all else
 * @param struct the name of a {@link Kind#STRUCT}, empty for all else
 */
record ValueType(Kind kind, String goName, @Nullable ValueType element, String struct) {

  /** The forms of values. */
  enum Kind {
    STRUCT,
    LIST,
    MAP,
    STRING,
    BOOL,
    INT32,
    INT64,
    FLOAT,
    BYTES,
    QUANTITY,
    TIME,
    MICRO_TIME,
    INT_OR_STRING,
    /** What decodes itself in a way of its own: any JSON. */
    ANY
  }

  /** The type of the elements of a list or of the values of a map, which this has to be. */
  ValueType elementType() {
    return Objects.requireNonNull(element, goName);
  }

  private static final String OWN_DECODERS =
      "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";

  /** Reads a column of the table: {@code []io.k8s.api.core.v1.Container}. */
  static ValueType parse(String text) {
    if (text.equals("[]uint8")) {
      return scalar(Kind.BYTES, text);
    }
    if (text.startsWith("[]")) {
      return listOrMap(Kind.LIST, "[]", text.substring(2));
    }
    if (text.startsWith("map[")) {
      int key = text.indexOf(']') + 1;
      return listOrMap(Kind.MAP, text.substring(0, key), text.substring(key));
    }
    int colon = text.indexOf(':');
    if (colon >= 0) {
      ValueType unnamed = parse(text.substring(colon + 1));
      return new ValueType(unnamed.kind, text.substring(0, colon), unnamed.element, unnamed.struct);
    }
    return switch (text) {
      case "string" -> scalar(Kind.STRING, text);
      case "bool" -> scalar(Kind.BOOL, text);
      case "int32", "uint32" -> scalar(Kind.INT32, text);
      case "int64", "int" -> scalar(Kind.INT64, text);
      case "float64" -> scalar(Kind.FLOAT, text);
      case "interface" -> scalar(Kind.ANY, text);
      default -> definition(text);
    };
  }

  private static ValueType scalar(Kind kind, String goName) {
    return new ValueType(kind, goName, null, "");
  }

  private static ValueType listOrMap(Kind kind, String prefix, String elementText) {
    ValueType element = parse(elementText);
    return new ValueType(kind, prefix + element.goName, element, "");
  }

  private static ValueType definition(String name) {
    String goName = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    Kind kind =
        switch (name) {
          case "io.k8s.apimachinery.pkg.api.resource.Quantity" -> Kind.QUANTITY;
          case "io.k8s.apimachinery.pkg.apis.meta.v1.Time" -> Kind.TIME;
          case "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime" -> Kind.MICRO_TIME;
          case "io.k8s.apimachinery.pkg.util.intstr.IntOrString" -> Kind.INT_OR_STRING;
          case "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
              "io.k8s.apimachinery.pkg.runtime.RawExtension" ->
              Kind.ANY;
          default -> name.startsWith(OWN_DECODERS) ? ownDecoder(name) : Kind.STRUCT;
        };
    return new ValueType(kind, goName, null, kind == Kind.STRUCT ? name : "");
  }

  /**
   * {@code JSONSchemaProps} is a struct; {@code JSON}, {@code JSONSchemaPropsOrBool}... are not.
   */
  private static Kind ownDecoder(String name) {
    return name.endsWith(".JSONSchemaProps") ? Kind.STRUCT : Kind.ANY;
  }
}
