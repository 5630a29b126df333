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
import java.util.Arrays;
import java.util.List;

/** Describes loaded classes; initialises none of them. */
final class ReflectedClass {

  private ReflectedClass() {}

  /**
   * Describes a class.
   *
   * @param constructible whether it needs a constructor
   */
  static ClassDescription describe(Class<?> type, boolean constructible) {
    return new ClassDescription(
        type.getName(),
        type.getAnnotation(Webhook.class),
        Modifier.isAbstract(type.getModifiers()),
        type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers()),
        !constructible || isConstructible(type),
        rules(type));
  }

  private static boolean isConstructible(Class<?> type) {
    return Arrays.stream(type.getDeclaredConstructors())
        .anyMatch(c -> c.getParameterCount() == 0 && !Modifier.isPrivate(c.getModifiers()));
  }

  private static List<MethodDescription> rules(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(
            m -> m.isAnnotationPresent(Mutating.class) || m.isAnnotationPresent(Validating.class))
        .filter(m -> !m.isSynthetic())
        .map(ReflectedClass::describe)
        .toList();
  }

  private static MethodDescription describe(Method method) {
    return new MethodDescription(
        method,
        method.getName(),
        Modifier.isPrivate(method.getModifiers()),
        Modifier.isStatic(method.getModifiers()),
        Arrays.stream(method.getParameters()).map(ReflectedClass::describe).toList(),
        describeType(method.getReturnType()),
        method.getAnnotation(Mutating.class),
        method.getAnnotation(Validating.class));
  }

  private static ParameterDescription describe(Parameter parameter) {
    return new ParameterDescription(
        describeType(parameter.getType()), parameter.isAnnotationPresent(OldObject.class));
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
