package io.usher.engine.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.conversion.ConversionRequest;
import io.usher.engine.Deadline;
import io.usher.engine.ObjectMapping;
import io.usher.engine.RuleEvents;
import io.usher.engine.TimedCall;
import io.usher.json.LazyJson;
import io.usher.patch.StructSchema;
import io.usher.patch.TwoWayMergePatch;
import io.usher.rule.ConversionContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One call of one conversion, for one object. */
final class ConversionCall extends TimedCall implements ConversionContext {

  final RuleEvents events;

  private final ConvertingRule rule;
  private final ConversionRequest request;
  private final ObjectNode object;
  private final String what;
  private @Nullable Object view;
  private @Nullable Class<?> type;

  /** What a typed view shows of the object; null for a tree. */
  private byte @Nullable [] shown;

  /**
   * @param object in the version that is taken; never handed out
   * @param what it is, for messages
   */
  ConversionCall(
      ConvertingRule rule,
      ConversionRequest request,
      ObjectNode object,
      String what,
      Deadline deadline,
      RuleEvents events) {
    super(rule.name(), rule.circuit, events, deadline);
    this.rule = rule;
    this.request = request;
    this.object = object;
    this.what = what;
    this.events = events;
  }

  /** The object and its versions, for messages. */
  String what() {
    return what;
  }

  @Override
  public ConversionRequest request() {
    return request;
  }

  @Override
  public <T> T object(Class<T> wanted) {
    if (type != null && type != wanted) {
      throw new IllegalStateException(
          "conversion "
              + rule.name()
              + " has its object as "
              + type.getName()
              + " already and asks for "
              + wanted.getName()
              + ": it has one view of the object");
    }
    if (view == null) {
      type = wanted;
      view = work(wanted, () -> decoded(wanted));
    }
    return wanted.cast(view);
  }

  private <T> T decoded(Class<T> wanted) {
    T decoded = ObjectMapping.decode(object, wanted, what);
    shown = ObjectMapping.isTree(wanted) ? null : ObjectMapping.encode(decoded);
    return decoded;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadline().remainingNanos()));
  }

  /** The object as the conversion gave it, with all that it did not know of. */
  ObjectNode result(@Nullable Object returned) {
    if (returned == null) {
      throw new IllegalStateException("it returned null, not an object");
    }
    return work(returned.getClass(), () -> converted(returned));
  }

  private ObjectNode converted(Object returned) {
    JsonNode result;
    byte[] known = shown;
    if (known != null) {
      JsonNode after =
          returned instanceof JsonNode tree ? tree : json(ObjectMapping.encode(returned));
      ObjectNode before = json(known);
      result = UnknownFields.kept(object, before, carried(before, after));
    } else if (returned instanceof JsonNode tree) {
      result = tree;
    } else {
      throw new IllegalStateException(
          "it has its object as a tree and returned "
              + returned.getClass().getName()
              + ", which does not know all of it");
    }
    if (!(result instanceof ObjectNode converted)) {
      throw new IllegalStateException("it made the object a JSON " + result.getNodeType());
    }
    return ConvertedObject.of(object, converted, rule.apiVersion());
  }

  private JsonNode carried(ObjectNode before, JsonNode after) {
    return TwoWayMergePatch.carry(LazyJson.copy(object), before, after, StructSchema.none());
  }

  private static ObjectNode json(byte[] bytes) {
    return LazyJson.object(bytes, 0, bytes.length);
  }
}
