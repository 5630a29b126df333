package io.usher.webhook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The record that a class's constructor takes, made of what is configured for its webhook. */
final class ConfiguredRecord {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .registerModule(new SimpleModule().addDeserializer(Duration.class, new Durations()));

  private final String webhook;
  private final Class<?> type;
  private final RuleConfiguration configuration;

  ConfiguredRecord(String webhook, Class<?> type, RuleConfiguration configuration) {
    this.webhook = webhook;
    this.type = type;
    this.configuration = configuration;
  }

  /** The keys that it can be configured by. */
  static List<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  /**
   * Makes the record.
   *
   * @param problems told of each key that is wrong
   * @return null when something is wrong
   */
  @Nullable Object make(Consumer<String> problems) {
    RecordComponent[] components = type.getRecordComponents();
    var values = new Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      try {
        values[i] = value(components[i]);
      } catch (IllegalArgumentException e) {
        problems.accept(key(components[i].getName()) + e.getMessage());
        complete = false;
      }
    }
    return complete ? construct(components, values, problems) : null;
  }

  private @Nullable Object value(RecordComponent component) {
    Type wanted = component.getGenericType();
    boolean optional = component.getType() == Optional.class;
    if (optional) {
      wanted = ((ParameterizedType) wanted).getActualTypeArguments()[0];
    }
    JavaType javaType = MAPPER.constructType(wanted);
    JsonNode configured = configured(component.getName(), javaType);
    if (configured == null) {
      if (optional) {
        return Optional.empty();
      }
      throw new IllegalArgumentException(
          " is missing; write it into the file of --rule-config, or set "
              + RuleConfiguration.variableName(webhook, component.getName()));
    }
    Object value = read(configured, javaType);
    return optional ? Optional.of(value) : value;
  }

  /** A variable's text stands for a scalar, or for several that commas separate. */
  private @Nullable JsonNode configured(String component, JavaType wanted) {
    String text = configuration.variable(webhook, component);
    if (text == null) {
      var file = configuration.file(webhook);
      var value = file == null ? null : file.get(component);
      return value == null || value.isNull() ? null : value;
    }
    if (!Collection.class.isAssignableFrom(wanted.getRawClass())) {
      return JsonNodeFactory.instance.textNode(text);
    }
    var array = JsonNodeFactory.instance.arrayNode();
    Arrays.stream(text.split(",")).map(String::strip).forEach(array::add);
    return array;
  }

  private static Object read(JsonNode value, JavaType wanted) {
    try {
      Object read = MAPPER.readerFor(wanted).readValue(value);
      if (read == null) {
        throw new IllegalArgumentException(": " + value + " is no value");
      }
      return read;
    } catch (JsonMappingException e) {
      String below =
          e.getPath().stream()
              .map(
                  step ->
                      step.getFieldName() == null
                          ? "[" + step.getIndex() + "]"
                          : "." + step.getFieldName())
              .collect(Collectors.joining());
      throw new IllegalArgumentException(below + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(": " + e.getMessage(), e);
    }
  }

  private @Nullable Object construct(
      RecordComponent[] components, Object[] values, Consumer<String> problems) {
    try {
      Constructor<?> canonical =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      canonical.setAccessible(true);
      return canonical.newInstance(values);
    } catch (InvocationTargetException e) {
      // There always is a cause, though the type does not say so.
      var cause = e.getCause() == null ? e : e.getCause();
      String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      problems.accept("rule configuration " + webhook + ": " + message);
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("make a " + type.getName(), e);
    }
  }

  private String key(String component) {
    return "rule configuration " + webhook + "." + component;
  }

  /** As Kubernetes writes them, {@code 1m30s}. */
  private static final class Durations extends StdDeserializer<Duration> {

    private static final long serialVersionUID = 1L;

    Durations() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getValueAsString("");
      try {
        return io.fabric8.kubernetes.api.model.Duration.parse(text).getDuration();
      } catch (ParseException e) {
        throw JsonMappingException.from(
            parser, "\"" + text + "\" is no duration like 10s or 1m30s", e);
      }
    }
  }
}
