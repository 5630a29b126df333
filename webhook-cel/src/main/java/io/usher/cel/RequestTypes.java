package io.usher.cel;

import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The types of {@code request} and {@code namespaceObject}. */
final class RequestTypes {

  private static final CelType STRING = SimpleType.STRING;
  private static final CelType STRINGS = ListType.create(STRING);
  private static final CelType TEXTS = MapType.create(STRING, STRING);

  private final Map<String, CelType> byName = new LinkedHashMap<>();
  private final CelType request;
  private final CelType namespace;

  RequestTypes() {
    CelType kind = type("GroupVersionKind", "group", STRING, "version", STRING, "kind", STRING);
    CelType resource =
        type("GroupVersionResource", "group", STRING, "version", STRING, "resource", STRING);
    CelType user =
        type(
            "UserInfo",
            "username",
            STRING,
            "uid",
            STRING,
            "groups",
            STRINGS,
            "extra",
            MapType.create(STRING, STRINGS));
    request =
        type(
            "AdmissionRequest",
            "kind",
            kind,
            "resource",
            resource,
            "subResource",
            STRING,
            "requestKind",
            kind,
            "requestResource",
            resource,
            "requestSubResource",
            STRING,
            "name",
            STRING,
            "namespace",
            STRING,
            "operation",
            STRING,
            "userInfo",
            user,
            "dryRun",
            SimpleType.BOOL,
            "options",
            SimpleType.DYN);
    CelType condition =
        type(
            "NamespaceCondition",
            "status",
            STRING,
            "type",
            STRING,
            "lastTransitionTime",
            SimpleType.TIMESTAMP,
            "message",
            STRING,
            "reason",
            STRING);
    CelType metadata =
        type(
            "NamespaceMetadata",
            "name",
            STRING,
            "generateName",
            STRING,
            "namespace",
            STRING,
            "labels",
            TEXTS,
            "annotations",
            TEXTS,
            "UID",
            STRING,
            "creationTimestamp",
            SimpleType.TIMESTAMP,
            "deletionGracePeriodSeconds",
            SimpleType.INT,
            "deletionTimestamp",
            SimpleType.TIMESTAMP,
            "generation",
            SimpleType.INT,
            "resourceVersion",
            STRING,
            "finalizers",
            STRINGS);
    namespace =
        type(
            "Namespace",
            "metadata",
            metadata,
            "spec",
            type("NamespaceSpec", "finalizers", STRINGS),
            "status",
            type("NamespaceStatus", "conditions", ListType.create(condition), "phase", STRING));
  }

  private CelType type(String name, Object... namesAndTypes) {
    var fields = new LinkedHashMap<String, CelType>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.put((String) namesAndTypes[i], (CelType) namesAndTypes[i + 1]);
    }
    CelType type =
        StructType.create(
            "kubernetes." + name,
            ImmutableSet.copyOf(fields.keySet()),
            field -> Optional.ofNullable(fields.get(field)));
    byName.put(type.name(), type);
    return type;
  }

  CelType request() {
    return request;
  }

  CelType namespace() {
    return namespace;
  }

  Map<String, CelType> byName() {
    return byName;
  }
}
