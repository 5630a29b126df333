package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.usher.admission.GroupVersionKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An object of a built-in kind in the protobuf form of Kubernetes' clients: the bytes {@code k8s}
 * and 0, then a message {@code runtime.Unknown} that names the kind and holds the object's own
 * message.
 */
public final class ProtobufObject {

  /** The media type of such a body. */
  public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

  private static final ByteString PREFIX = ByteString.copyFrom(new byte[] {'k', '8', 's', 0});

  // the numbers of runtime.Unknown's fields, and of its TypeMeta's
  private static final int TYPE_META = 1;
  private static final int RAW = 2;
  private static final int API_VERSION = 1;
  private static final int KIND = 2;

  private ProtobufObject() {}

  /**
   * The object as JSON, with the apiVersion and kind that it says it has.
   *
   * @param kind whose message it is
   * @return null when the kind is not built in, and so has no message
   * @throws IOException when the bytes are no such message
   */
  public static @Nullable ObjectNode read(byte[] body, GroupVersionKind kind) throws IOException {
    StructType type = TypeTable.BUILT_IN.ofKind(kind);
    if (type == null) {
      return null;
    }
    ByteString bytes = ByteString.copyFrom(body);
    if (!bytes.startsWith(PREFIX)) {
      throw new IOException("a protobuf message of Kubernetes begins with the bytes \"k8s\", 0");
    }
    var unknown = ProtobufReader.fields(bytes.substring(PREFIX.size()));
    var typeMeta = ProtobufReader.fields(message(unknown, TYPE_META));
    ObjectNode object = new ProtobufReader(TypeTable.BUILT_IN).object(message(unknown, RAW), type);
    return object
        .put("apiVersion", message(typeMeta, API_VERSION).toStringUtf8())
        .put("kind", message(typeMeta, KIND).toStringUtf8());
  }

  private static ByteString message(UnknownFieldSet fields, int number) {
    return ByteString.copyFrom(fields.getField(number).getLengthDelimitedList());
  }
}
