package io.usher.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.jackson.GoCompatibilityModule;
import io.fabric8.kubernetes.model.jackson.UnmatchedFieldTypeModule;
import io.usher.json.LazyJson;
import io.usher.patch.StructSchema;
import io.usher.patch.TwoWayMergePatch;
import io.usher.rule.ObjectDecodingException;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Between JSON trees and the types that rules ask for. Trees need none of it: the mapper, and with
 * it fabric8's model, is loaded with the first typed rule.
 */
public final class ObjectMapping {

  private static final String MODEL = "io.fabric8.kubernetes.api.model";

  private ObjectMapping() {}

  private static final class Mapper {
    static final ObjectMapper INSTANCE =
        JsonMapper.builder()
            .addModules(
                new JavaTimeModule(), new UnmatchedFieldTypeModule(), new GoCompatibilityModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(new JsonNodeFactory(true))
            .build();
  }

  /** Whether a type is a JSON tree. */
  public static boolean isTree(Class<?> type) {
    return JsonNode.class.isAssignableFrom(type);
  }

  /** Whether a type is a tree or of fabric8's model, and so none that a rule jar brings. */
  public static boolean isServers(Class<?> type) {
    return isTree(type) || type.getPackageName().startsWith(MODEL);
  }

  /** A view of the tree that shares nothing with it. */
  public static <T> T decode(ObjectNode tree, Class<T> type, String what) {
    if (isTree(type)) {
      return type.cast(LazyJson.copy(tree));
    }
    try (JsonParser parser = LazyJson.parser(tree)) {
      // fabric8's deserializers ask the parser for its codec.
      parser.setCodec(Mapper.INSTANCE);
      T view = Mapper.INSTANCE.readValue(parser, type);
      if (view instanceof HasMetadata object && object.getMetadata() == null) {
        // An API server sends it with every object, so no rule asks whether it is there.
        object.setMetadata(new ObjectMeta());
      }
      return view;
    } catch (JsonMappingException e) {
      throw new ObjectDecodingException(
          "decode "
              + what
              + " as "
              + type.getName()
              + ": "
              + e.getOriginalMessage()
              + " at "
              + e.getPathReference(),
          e);
    } catch (IOException e) {
      throw new ObjectDecodingException("decode " + what + " as " + type.getName(), e);
    }
  }

  /**
   * A view of a JSON object.
   *
   * @param json its UTF-8, which must not change
   */
  public static <T> T decode(byte[] json, Class<T> type, String what) {
    return decode(json(json), type, what);
  }

  /**
   * The tree as this object has it: what a typed object's type does not show stays as it was.
   *
   * @param object typed, or a tree, which is given back as it is
   * @param schema of the tree's lists
   */
  public static JsonNode replaced(
      ObjectNode tree, Object object, Supplier<StructSchema> schema, String what) {
    if (object instanceof JsonNode other) {
      return other;
    }
    Object before = decode(tree, object.getClass(), what);
    return edited(tree, encode(before), object, schema);
  }

  /**
   * The tree changed as this typed object was, from its JSON before to what it is now; the same
   * instance where nothing changed.
   */
  public static JsonNode edited(
      ObjectNode tree, byte[] before, Object object, Supplier<StructSchema> schema) {
    byte[] after = encode(object);
    return Arrays.equals(before, after)
        ? tree
        : TwoWayMergePatch.carry(tree, json(before), json(after), schema.get());
  }

  private static ObjectNode json(byte[] bytes) {
    return LazyJson.object(bytes, 0, bytes.length);
  }

  /** The JSON of a typed object. */
  public static byte[] encode(Object object) {
    try {
      return Mapper.INSTANCE.writeValueAsBytes(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("encode " + object.getClass().getName(), e);
    }
  }
}
