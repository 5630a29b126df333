package io.usher.webhook;

import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.rule.Mutating;
import io.usher.rule.OldObject;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import io.usher.webhook.declaration.ClassDescription;
import io.usher.webhook.declaration.MethodDescription;
import io.usher.webhook.declaration.ParameterDescription;
import io.usher.webhook.declaration.TypeDescription;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Describes loaded classes; initialises none of them. */
final class ReflectedClass {

  private ReflectedClass() {}

  /**
   * Describes a class.
   *
   * @param constructible whether it needs a constructor
   */
  static ClassDescription describe(Class<?> type, boolean constructible) {
    boolean mayBeMade = !constructible || RuleInstances.canMake(type);
    return new ClassDescription(
        type.getName(),
        type.getAnnotation(Webhook.class),
        Modifier.isAbstract(type.getModifiers()),
        type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers()),
        mayBeMade,
        !mayBeMade && isSingleton(type),
        rules(type),
        inherited(type));
  }

  private static boolean isSingleton(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .anyMatch(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == type);
  }

  private static List<String> inherited(Class<?> type) {
    List<String> own = rules(type).stream().map(MethodDescription::signature).toList();
    return supertypes(type)
        .filter(supertype -> !supertype.isAnnotationPresent(Webhook.class))
        .flatMap(
            supertype ->
                rules(supertype).stream()
                    .filter(rule -> !own.contains(rule.signature()))
                    .map(rule -> supertype.getSimpleName() + "." + rule.name()))
        .distinct()
        .sorted()
        .toList();
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    return Stream.concat(
            Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
        .flatMap(supertype -> Stream.concat(Stream.of(supertype), supertypes(supertype)));
  }

  private static List<MethodDescription> rules(Class<?> type) {
    var rules = new ArrayList<MethodDescription>();
    for (Method method : type.getDeclaredMethods()) {
      Mutating mutating = method.getAnnotation(Mutating.class);
      Validating validating = method.getAnnotation(Validating.class);
      if ((mutating != null || validating != null) && !method.isSynthetic()) {
        rules.add(
            new MethodDescription(
                method,
                method.getName(),
                Modifier.isPrivate(method.getModifiers()),
                Modifier.isStatic(method.getModifiers()),
                parameters(method),
                describeType(method.getReturnType()),
                mutating,
                validating));
      }
    }
    return rules;
  }

  private static List<ParameterDescription> parameters(Method method) {
    var parameters = new ArrayList<ParameterDescription>();
    for (Parameter parameter : method.getParameters()) {
      parameters.add(
          new ParameterDescription(
              describeType(parameter.getType()), parameter.isAnnotationPresent(OldObject.class)));
    }
    return parameters;
  }

  static TypeDescription describeType(Class<?> type) {
    TypeDescription plain = TypeDescription.plain(type.getCanonicalName());
    if (plain.untyped() || !KubernetesResource.class.isAssignableFrom(type)) {
      return plain;
    }
    Group group = type.getAnnotation(Group.class);
    Version version = type.getAnnotation(Version.class);
    Kind kind = type.getAnnotation(Kind.class);
    Plural plural = type.getAnnotation(Plural.class);
    return new TypeDescription(
        plain.name(),
        true,
        CustomResource.class.isAssignableFrom(type),
        !Modifier.isAbstract(type.getModifiers()),
        group == null ? null : group.value(),
        version == null ? null : version.value(),
        kind == null ? plain.kind() : kind.value(),
        plural == null ? null : plural.value());
  }
}
