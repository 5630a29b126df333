package io.usher.webhook;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import io.usher.rule.Authenticating;
import io.usher.rule.Authorizing;
import io.usher.rule.Converting;
import io.usher.rule.Mutating;
import io.usher.rule.OldObject;
import io.usher.rule.OnAdded;
import io.usher.rule.OnDeleted;
import io.usher.rule.OnUpdated;
import io.usher.rule.Reads;
import io.usher.rule.ReadsLive;
import io.usher.rule.Reconciling;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import io.usher.webhook.declaration.ClassDescription;
import io.usher.webhook.declaration.DoorTerms;
import io.usher.webhook.declaration.HandlerTerms;
import io.usher.webhook.declaration.LiveReadDescription;
import io.usher.webhook.declaration.MethodDescription;
import io.usher.webhook.declaration.ParameterDescription;
import io.usher.webhook.declaration.ReadDescription;
import io.usher.webhook.declaration.ReadDescription.IndexDescription;
import io.usher.webhook.declaration.TypeDescription;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Describes loaded classes; initialises none of them. */
final class ReflectedClass {

  private ReflectedClass() {}

  /**
   * Describes a class.
   *
   * @param constructible whether it needs a constructor
   */
  static ClassDescription describe(Class<?> type, boolean constructible) {
    boolean mayBeMade = !constructible || RuleConstructor.all(type).findAny().isPresent();
    return new ClassDescription(
        type.getName(),
        type.getAnnotation(Webhook.class),
        Modifier.isAbstract(type.getModifiers()),
        type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers()),
        mayBeMade,
        !mayBeMade && isSingleton(type),
        Arrays.stream(type.getAnnotationsByType(Reads.class)).map(ReflectedClass::read).toList(),
        Arrays.stream(type.getAnnotationsByType(ReadsLive.class))
            .map(ReflectedClass::liveRead)
            .toList(),
        constructible
            ? RuleConstructor.all(type).flatMap(each -> parameters(each).stream()).toList()
            : List.of(),
        methods(type),
        inherited(type));
  }

  private static boolean isSingleton(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .anyMatch(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == type);
  }

  private static List<String> inherited(Class<?> type) {
    List<String> own = methods(type).stream().map(MethodDescription::signature).toList();
    return supertypes(type)
        .filter(supertype -> !supertype.isAnnotationPresent(Webhook.class))
        .flatMap(
            supertype ->
                methods(supertype).stream()
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

  private static List<MethodDescription> methods(Class<?> type) {
    var methods = new ArrayList<MethodDescription>();
    for (Method method : type.getDeclaredMethods()) {
      boolean annotated =
          MethodDescription.ANNOTATIONS.stream().anyMatch(method::isAnnotationPresent);
      if (annotated && !method.isSynthetic()) {
        methods.add(
            new MethodDescription(
                method,
                method.getName(),
                Modifier.isPrivate(method.getModifiers()),
                Modifier.isStatic(method.getModifiers()),
                parameters(method),
                describeType(method.getReturnType()),
                method.getAnnotation(Mutating.class),
                method.getAnnotation(Validating.class),
                HandlerTerms.of(
                    method.getAnnotation(OnAdded.class),
                    method.getAnnotation(OnUpdated.class),
                    method.getAnnotation(OnDeleted.class),
                    method.getAnnotation(Reconciling.class),
                    reconciling -> describeType(reconciling.value())),
                DoorTerms.of(
                    method.getAnnotation(Authenticating.class),
                    method.getAnnotation(Authorizing.class)),
                method.getAnnotation(Converting.class)));
      }
    }
    return methods;
  }

  private static ReadDescription read(Reads read) {
    return new ReadDescription(
        read.value(),
        describeType(read.value()),
        read.resource(),
        Arrays.stream(read.index()).map(ReflectedClass::index).toList(),
        List.of(read.fields()),
        read.onStale());
  }

  private static LiveReadDescription liveRead(ReadsLive read) {
    return new LiveReadDescription(
        read.value(),
        describeType(read.value()),
        read.resource(),
        read.list(),
        read.cacheSeconds());
  }

  static IndexDescription index(Class<? extends Index<?>> index) {
    JavaType of =
        TypeFactory.defaultInstance()
            .findTypeParameters(TypeFactory.defaultInstance().constructType(index), Index.class)[0];
    return new IndexDescription(
        index,
        index.getSimpleName(),
        of.isJavaLangObject() ? null : of.getRawClass().getCanonicalName(),
        RuleConstructor.hasPlain(index)
            && !Modifier.isAbstract(index.getModifiers())
            && (index.getEnclosingClass() == null || Modifier.isStatic(index.getModifiers())));
  }

  private static List<ParameterDescription> parameters(Executable method) {
    var parameters = new ArrayList<ParameterDescription>();
    for (Parameter parameter : method.getParameters()) {
      parameters.add(
          new ParameterDescription(
              describeType(parameter.getType()),
              parameter.isAnnotationPresent(OldObject.class),
              element(parameter.getParameterizedType())));
    }
    return parameters;
  }

  private static @Nullable TypeDescription element(Type type) {
    Class<?> element = elementClass(type);
    return element == null ? null : describeType(element);
  }

  /** The type argument of a {@code Lister} or {@code Optional}; null of any other type. */
  static @Nullable Class<?> elementClass(Type type) {
    return type instanceof ParameterizedType whole
            && (whole.getRawType() == Lister.class || whole.getRawType() == Optional.class)
            && whole.getActualTypeArguments()[0] instanceof Class<?> element
        ? element
        : null;
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
