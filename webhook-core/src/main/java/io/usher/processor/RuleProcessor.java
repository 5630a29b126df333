package io.usher.processor;

import io.usher.rule.Webhook;
import io.usher.webhook.declaration.ClassDeclaration;
import io.usher.webhook.declaration.ClassDescription;
import io.usher.webhook.declaration.MethodDescription;
import io.usher.webhook.declaration.Problems;
import io.usher.webhook.declaration.RuleIndex;
import io.usher.webhook.declaration.WebhookDeclaration;
import java.io.IOException;
import java.lang.annotation.AnnotationTypeMismatchException;
import java.lang.annotation.IncompleteAnnotationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Checks rule classes while they are compiled, and writes the index that the server finds them by.
 *
 * <p>A compiler that is given only the sources that have changed, as development environments do,
 * leaves the other classes in the index, so long as their class files are there.
 */
public final class RuleProcessor extends AbstractProcessor {

  /** Of this compilation, as sources spell them. Elements don't outlive a round, names do. */
  private final Set<String> names = new TreeSet<>();

  private boolean failed;

  /** For javac, by {@code META-INF/services}. */
  public RuleProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Stream.concat(Stream.of(Webhook.class), MethodDescription.ANNOTATIONS.stream())
        .map(Class::getName)
        .collect(Collectors.toSet());
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (Element type : round.getElementsAnnotatedWith(Webhook.class)) {
      names.add(((TypeElement) type).getQualifiedName().toString());
    }
    for (Element method : round.getElementsAnnotatedWithAny(MethodDescription.ANNOTATIONS)) {
      if (method.getEnclosingElement() instanceof TypeElement type) {
        names.add(type.getQualifiedName().toString());
      }
    }
    // Other processors may still generate the types that rules take, until the last round.
    if (round.processingOver() && !names.isEmpty() && !round.errorRaised()) {
      finish();
    }
    return true;
  }

  private void finish() {
    var describer =
        new DescribedElement(processingEnv.getElementUtils(), processingEnv.getTypeUtils());
    var index = new IndexFile(processingEnv.getFiler());
    Map<String, TypeElement> types = new TreeMap<>();
    var declarations = new ArrayList<ClassDeclaration>();
    for (String name : names) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      types.put(processingEnv.getElementUtils().getBinaryName(type).toString(), type);
      if (DescribedElement.isComplete(type)) {
        declare(describer.describe(type), type, declarations);
      }
    }
    List<String> unchanged = unchanged(index, types.keySet());
    // Of webhooks that nothing of this compilation belongs to, nothing is new to be said.
    Map<String, TypeElement> webhooks = new TreeMap<>();
    declarations.forEach(d -> webhooks.putIfAbsent(d.webhook(), types.get(d.source())));
    for (String name : unchanged) {
      TypeElement type = element(name);
      if (type != null) {
        ClassDeclaration.read(describer.describe(type), name, (method, problem) -> {})
            .ifPresent(declarations::add);
      }
    }
    webhooks.forEach(
        (webhook, type) ->
            WebhookDeclaration.join(
                    declarations.stream().filter(d -> d.webhook().equals(webhook)).toList(),
                    problem -> report(problem, type))
                .forEach(
                    joined -> {
                      joined.checkFailurePolicy(problem -> report(problem, type));
                      joined.checkConversions(problem -> report(problem, type));
                    }));
    if (!failed) {
      types.values().removeIf(type -> type.getAnnotation(Webhook.class) == null);
      write(index, types, unchanged);
    }
  }

  private void declare(
      ClassDescription description, TypeElement type, List<ClassDeclaration> declarations) {
    try {
      ClassDeclaration.read(description, description.name(), new Messages(type))
          .ifPresent(declarations::add);
      for (MethodDescription method : description.methods()) {
        warnOfEdits(description, method);
      }
    } catch (AnnotationTypeMismatchException
        | EnumConstantNotPresentException
        | IncompleteAnnotationException e) {
      // The source has no such annotation: javac has an error of its own for it.
      failed = true;
    }
  }

  /** The classes of the index that this compilation is not given and that are still there. */
  private List<String> unchanged(IndexFile index, Set<String> compiled) {
    return index.classes().stream()
        .filter(name -> !compiled.contains(name))
        .filter(index::hasClassFile)
        .filter(name -> isWebhook(element(name)))
        .toList();
  }

  /** What can't be looked up is believed. */
  private static boolean isWebhook(@Nullable TypeElement type) {
    return type == null || type.getAnnotation(Webhook.class) != null;
  }

  private @Nullable TypeElement element(String binaryName) {
    return processingEnv.getElementUtils().getTypeElement(binaryName.replace('$', '.'));
  }

  private void write(IndexFile index, Map<String, TypeElement> types, List<String> unchanged) {
    var classes = new ArrayList<>(types.keySet());
    classes.addAll(unchanged);
    try {
      index.write(
          new RuleIndex(
              RuleIndex.API_LEVEL,
              index.compiledAgainst(
                  "io.fabric8.kubernetes.api.model",
                  "KubernetesResource",
                  "io.fabric8/kubernetes-model-core"),
              index.compiledAgainst(
                  "com.fasterxml.jackson.databind",
                  "ObjectMapper",
                  "com.fasterxml.jackson.core/jackson-databind"),
              classes),
          types.values());
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(Diagnostic.Kind.ERROR, "write " + RuleIndex.PATH + ": " + e);
    }
  }

  private void warnOfEdits(ClassDescription description, MethodDescription method) {
    String lost = lostEdits(method);
    if (lost == null) {
      return;
    }
    var element = (ExecutableElement) method.origin();
    for (String edit : DiscardedEdits.in(element, processingEnv)) {
      warn(lost.formatted(description.simpleName() + "." + method.name(), edit), element);
    }
  }

  /** Says what is wrong with edits of a method's object; null where nothing is. */
  private static @Nullable String lostEdits(MethodDescription method) {
    if (method.validating() != null) {
      return "%s: validates, but calls %s on its object; what a validating rule does to the object"
          + " is discarded: make it @Mutating, or edit a copy";
    }
    return !method.handlers().isEmpty() && method.returns().name().equals("void")
        ? "%s: returns nothing, but calls %s on its object; what a handler does to the object is"
            + " discarded: return the object, or edit a copy"
        : null;
  }

  /** Prints what is wrong with a class where its source has it. */
  private final class Messages implements Problems {

    private final TypeElement type;

    Messages(TypeElement type) {
      this.type = type;
    }

    @Override
    public void report(@Nullable MethodDescription method, String message) {
      RuleProcessor.this.report(message, place(method));
    }

    @Override
    public void warn(@Nullable MethodDescription method, String message) {
      RuleProcessor.this.warn(message, place(method));
    }

    private Element place(@Nullable MethodDescription method) {
      return method == null ? type : (Element) method.origin();
    }
  }

  private void warn(String warning, Element where) {
    processingEnv.getMessager().printMessage(Diagnostic.Kind.WARNING, warning, where);
  }

  private void report(String problem, Element where) {
    failed = true;
    processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, problem, where);
  }
}
