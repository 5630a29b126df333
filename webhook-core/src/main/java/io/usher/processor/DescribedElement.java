package io.usher.processor;

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
import java.util.List;
import java.util.Locale;
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
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Describes classes as javac sees them. */
final class DescribedElement {

  private static final String RESOURCE = "io.fabric8.kubernetes.api.model.KubernetesResource";
  private static final String CUSTOM_RESOURCE = "io.fabric8.kubernetes.client.CustomResource";

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
        isConstructible(type),
        isSingleton(type),
        rules(type),
        inherited(type));
  }

  private List<MethodDescription> rules(TypeElement type) {
    return ElementFilter.methodsIn(type.getEnclosedElements()).stream()
        .filter(DescribedElement::isRule)
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
    List<String> own = rules(type).stream().map(MethodDescription::signature).toList();
    return supertypes(type)
        .filter(supertype -> supertype.getAnnotation(Webhook.class) == null)
        .flatMap(
            supertype ->
                rules(supertype).stream()
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
        .filter(DescribedElement::isRule)
        .flatMap(
            method ->
                Stream.concat(
                    Stream.of(method.getReturnType()),
                    method.getParameters().stream().map(VariableElement::asType)))
        .noneMatch(mirror -> mirror.getKind() == TypeKind.ERROR);
  }

  private static boolean isRule(Element method) {
    return method.getAnnotation(Mutating.class) != null
        || method.getAnnotation(Validating.class) != null;
  }

  private static boolean isConstructible(TypeElement type) {
    return ElementFilter.constructorsIn(type.getEnclosedElements()).stream()
        .filter(each -> !each.getModifiers().contains(Modifier.PRIVATE))
        .anyMatch(each -> each.getParameters().isEmpty() || takesConfiguration(each));
  }

  private static boolean takesConfiguration(ExecutableElement constructor) {
    return constructor.getParameters().size() == 1
        && constructor.getParameters().get(0).asType() instanceof DeclaredType type
        && type.asElement().getKind() == ElementKind.RECORD;
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
        method.getAnnotation(Validating.class));
  }

  private ParameterDescription describe(VariableElement parameter) {
    return new ParameterDescription(
        describe(parameter.asType()), parameter.getAnnotation(OldObject.class) != null);
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
