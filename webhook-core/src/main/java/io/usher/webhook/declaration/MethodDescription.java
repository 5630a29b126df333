package io.usher.webhook.declaration;

import io.usher.rule.Converting;
import io.usher.rule.Door;
import io.usher.rule.Mutating;
import io.usher.rule.Trigger;
import io.usher.rule.Validating;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A method that is annotated as a rule or handler.
 *
 * @param origin what the reader read it from, handed back with problems and declared rules
 * @param name the method's name
 * @param isPrivate whether it is private
 * @param isStatic whether it is static
 * @param parameters in their order
 * @param returns the erased return type
 * @param mutating the annotation, or null
 * @param validating the annotation, or null
 * @param handlers what it handles; more than one can't be
 * @param doors whose questions it answers; more than one can't be
 * @param converting the annotation, or null
 */
public record MethodDescription(
    Object origin,
    String name,
    boolean isPrivate,
    boolean isStatic,
    List<ParameterDescription> parameters,
    TypeDescription returns,
    @Nullable Mutating mutating,
    @Nullable Validating validating,
    List<HandlerTerms> handlers,
    List<DoorTerms> doors,
    @Nullable Converting converting) {

  /** Any of these makes a method a rule, a handler or a conversion. */
  public static final Set<Class<? extends Annotation>> ANNOTATIONS =
      Stream.of(
              Stream.of(Mutating.class, Validating.class, Converting.class),
              Arrays.stream(Trigger.values()).map(Trigger::annotation),
              Arrays.stream(Door.values()).map(Door::annotation))
          .<Class<? extends Annotation>>flatMap(each -> each)
          .collect(Collectors.toUnmodifiableSet());

  public MethodDescription {
    parameters = List.copyOf(parameters);
    handlers = List.copyOf(handlers);
    doors = List.copyOf(doors);
  }

  /** {@code addTeam(io.fabric8.kubernetes.api.model.Pod)}: what tells overloads apart. */
  public String signature() {
    var signature = new StringJoiner(",", name + "(", ")");
    for (ParameterDescription parameter : parameters) {
      signature.add(parameter.type().name());
    }
    return signature.toString();
  }

  /** {@code addTeam(Pod)}. */
  public String shortSignature() {
    var signature = new StringJoiner(", ", name + "(", ")");
    for (ParameterDescription parameter : parameters) {
      signature.add(parameter.type().simpleName());
    }
    return signature.toString();
  }
}
