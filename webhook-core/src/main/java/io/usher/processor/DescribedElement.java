package io.usher.processor;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.cluster.ClusterReader;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.MirroredTypesException;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** Describes classes as javac sees them. */
final class DescribedElement {

  private static final String RESOURCE = "io.fabric8.kubernetes.api.model.KubernetesResource";
  private static final String CUSTOM_RESOURCE = "io.fabric8.kubernetes.client.CustomResource";

  private static final Set<String> READS =
      Set.of(Lister.class.getName(), ClusterReader.class.getName());

  private final Elements elements;
  private final Types types;

  DescribedElement(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
  }

  ClassDescription describe(TypeElement type) {
    return new ClassDescription(
        elements.getBinaryName(type).toString(),
        type.getAnnotation(Webhook.class),
        type.getModifiers().contains(Modifier.ABSTRACT),
        type.getNestingKind() != NestingKind.TOP_LEVEL
            && !type.getModifiers().contains(Modifier.STATIC),
        constructors(type).findAny().isPresent(),
        isSingleton(type),
        Arrays.stream(type.getAnnotationsByType(Reads.class)).map(this::describe).toList(),
        Arrays.stream(type.getAnnotationsByType(ReadsLive.class)).map(this::describe).toList(),
        constructors(type)
            .flatMap(each -> each.getParameters().stream())
            .map(this::describe)
            .toList(),
        methods(type),
        inherited(type));
  }

  private List<MethodDescription> methods(TypeElement type) {
    return ElementFilter.methodsIn(type.getEnclosedElements()).stream()
        .filter(DescribedElement::isAnnotated)
        .map(this::describe)
        .toList();
  }

  private boolean isSingleton(TypeElement type) {
    return ElementFilter.fieldsIn(type.getEnclosedElements()).stream()
        .anyMatch(
            field ->
                field.getModifiers().contains(Modifier.STATIC)
                    && types.isSameType(field.asType(), type.asType()));
  }

  private List<String> inherited(TypeElement type) {
    List<String> own = methods(type).stream().map(MethodDescription::signature).toList();
    return supertypes(type)
        .filter(supertype -> supertype.getAnnotation(Webhook.class) == null)
        .flatMap(
            supertype ->
                methods(supertype).stream()
                    .filter(rule -> !own.contains(rule.signature()))
                    .map(rule -> supertype.getSimpleName() + "." + rule.name()))
        .distinct()
        .sorted()
        .toList();
  }

  private Stream<TypeElement> supertypes(TypeElement type) {
    return types.directSupertypes(type.asType()).stream()
        .map(types::asElement)
        .filter(TypeElement.class::isInstance)
        .map(TypeElement.class::cast)
        .flatMap(supertype -> Stream.concat(Stream.of(supertype), supertypes(supertype)));
  }

  /** Whether every type in the rules' signatures is there; javac tells of those that are not. */
  static boolean isComplete(TypeElement type) {
    return ElementFilter.methodsIn(type.getEnclosedElements()).stream()
        .filter(DescribedElement::isAnnotated)
        .flatMap(
            method ->
                Stream.concat(
                    Stream.of(method.getReturnType()),
                    method.getParameters().stream().map(VariableElement::asType)))
        .noneMatch(DescribedElement::isMissing);
  }

  private static boolean isMissing(TypeMirror mirror) {
    return mirror.getKind() == TypeKind.ERROR
        || mirror instanceof DeclaredType type
            && type.getTypeArguments().stream().anyMatch(DescribedElement::isMissing);
  }

  private static boolean isAnnotated(Element method) {
    return MethodDescription.ANNOTATIONS.stream()
        .anyMatch(annotation -> method.getAnnotation(annotation) != null);
  }

  /** The constructors that the server may call, as {@code RuleConstructor} finds them. */
  private static Stream<ExecutableElement> constructors(TypeElement type) {
    return ElementFilter.constructorsIn(type.getEnclosedElements()).stream()
        .filter(each -> !each.getModifiers().contains(Modifier.PRIVATE))
        .filter(
            each ->
                each.getParameters().stream()
                        .allMatch(parameter -> isRecord(parameter) || isRead(parameter))
                    && each.getParameters().stream().filter(DescribedElement::isRecord).count()
                        <= 1);
  }

  private static boolean isRecord(VariableElement parameter) {
    return parameter.asType() instanceof DeclaredType type
        && type.asElement().getKind() == ElementKind.RECORD;
  }

  private static boolean isRead(VariableElement parameter) {
    return parameter.asType() instanceof DeclaredType type
        && READS.contains(((TypeElement) type.asElement()).getQualifiedName().toString());
  }

  /** Whether it is of something that the checks ask for. */
  private static boolean isGeneric(VariableElement parameter) {
    return isRead(parameter)
        || parameter.asType() instanceof DeclaredType type
            && ((TypeElement) type.asElement())
                .getQualifiedName()
                .contentEquals(Optional.class.getName());
  }

  private ReadDescription describe(Reads read) {
    return new ReadDescription(
        read,
        describe(mirrors(read::value).get(0)),
        read.resource(),
        mirrors(read::index).stream().map(this::describeIndex).toList(),
        List.of(read.fields()),
        read.onStale());
  }

  private LiveReadDescription describe(ReadsLive read) {
    return new LiveReadDescription(
        read,
        describe(mirrors(read::value).get(0)),
        read.resource(),
        read.list(),
        read.cacheSeconds());
  }

  /** The classes that an annotation's attribute names; a compiler has them as types alone. */
  private static List<? extends TypeMirror> mirrors(Supplier<?> attribute) {
    try {
      throw new IllegalStateException("a class of a rule is loaded: " + attribute.get());
    } catch (MirroredTypesException e) {
      return e.getTypeMirrors();
    }
  }

  private IndexDescription describeIndex(TypeMirror index) {
    var element = (TypeElement) types.asElement(index);
    return new IndexDescription(
        index, element.getSimpleName().toString(), indexed(index), isIndexConstructible(element));
  }

  private static boolean isIndexConstructible(TypeElement index) {
    return !index.getModifiers().contains(Modifier.ABSTRACT)
        && (index.getNestingKind() == NestingKind.TOP_LEVEL
            || index.getModifiers().contains(Modifier.STATIC))
        && constructors(index).anyMatch(each -> each.getParameters().isEmpty());
  }

  /** What {@code Index<T>} is of, in an index's supertypes. */
  private @Nullable String indexed(TypeMirror type) {
    for (TypeMirror supertype : types.directSupertypes(type)) {
      boolean isIndex =
          ((TypeElement) types.asElement(supertype))
              .getQualifiedName()
              .contentEquals(Index.class.getName());
      TypeDescription of = isIndex ? argument(supertype) : null;
      String found = isIndex ? of == null ? null : of.name() : indexed(supertype);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable TypeDescription argument(TypeMirror type) {
    return type instanceof DeclaredType declared
            && declared.getTypeArguments().size() == 1
            && declared.getTypeArguments().get(0).getKind() == TypeKind.DECLARED
        ? describe(declared.getTypeArguments().get(0))
        : null;
  }

  private MethodDescription describe(ExecutableElement method) {
    return new MethodDescription(
        method,
        method.getSimpleName().toString(),
        method.getModifiers().contains(Modifier.PRIVATE),
        method.getModifiers().contains(Modifier.STATIC),
        method.getParameters().stream().map(this::describe).toList(),
        describe(method.getReturnType()),
        method.getAnnotation(Mutating.class),
        method.getAnnotation(Validating.class),
        HandlerTerms.of(
            method.getAnnotation(OnAdded.class),
            method.getAnnotation(OnUpdated.class),
            method.getAnnotation(OnDeleted.class),
            method.getAnnotation(Reconciling.class),
            reconciling -> describe(mirrors(reconciling::value).get(0))),
        DoorTerms.of(
            method.getAnnotation(Authenticating.class), method.getAnnotation(Authorizing.class)),
        method.getAnnotation(Converting.class));
  }

  private ParameterDescription describe(VariableElement parameter) {
    return new ParameterDescription(
        describe(parameter.asType()),
        parameter.getAnnotation(OldObject.class) != null,
        isGeneric(parameter) ? argument(parameter.asType()) : null);
  }

  private TypeDescription describe(TypeMirror mirror) {
    TypeMirror type = types.erasure(mirror);
    TypeDescription plain = TypeDescription.plain(name(type));
    if (plain.untyped() || type.getKind() != TypeKind.DECLARED || !isSubtype(type, RESOURCE)) {
      return plain;
    }
    Element element = ((DeclaredType) type).asElement();
    Group group = element.getAnnotation(Group.class);
    Version version = element.getAnnotation(Version.class);
    Kind kind = element.getAnnotation(Kind.class);
    Plural plural = element.getAnnotation(Plural.class);
    return new TypeDescription(
        plain.name(),
        true,
        isSubtype(type, CUSTOM_RESOURCE),
        !element.getModifiers().contains(Modifier.ABSTRACT),
        group == null ? null : group.value(),
        version == null ? null : version.value(),
        kind == null ? plain.kind() : kind.value(),
        plural == null ? null : plural.value());
  }

  private boolean isSubtype(TypeMirror type, String supertype) {
    TypeElement element = elements.getTypeElement(supertype);
    return element != null && types.isSubtype(type, types.erasure(element.asType()));
  }

  /** As {@link Class#getCanonicalName()} has it; a mirror's own text may bear annotations. */
  private static String name(TypeMirror type) {
    return switch (type.getKind()) {
      case DECLARED ->
          ((TypeElement) ((DeclaredType) type).asElement()).getQualifiedName().toString();
      case ARRAY -> name(((ArrayType) type).getComponentType()) + "[]";
      default -> type.getKind().name().toLowerCase(Locale.ROOT);
    };
  }
}
