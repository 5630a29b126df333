package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.cluster.FieldPath;
import io.usher.cluster.Lister;
import io.usher.rule.ResourceMatch;
import io.usher.rule.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks what a class reads of the cluster, and that each {@link Lister} is of such a read. */
final class ReadChecks {

  private ReadChecks() {}

  /** Checks the declared reads; what is wrong is reported, and left out. */
  static List<ReadDeclaration> check(List<ReadDescription> reads, Consumer<String> problems) {
    var declared = new ArrayList<ReadDeclaration>();
    for (ReadDescription read : reads) {
      String label = label(read.type(), read.resource());
      Consumer<String> report = problem -> problems.accept("@Reads of " + label + ": " + problem);
      check(read, report).ifPresent(declared::add);
    }
    for (int i = 0; i < declared.size(); i++) {
      GroupVersionResource resource = declared.get(i).resource();
      if (declared.subList(0, i).stream().anyMatch(other -> other.resource().equals(resource))) {
        problems.accept(
            "reads " + resource.resource() + " twice; write one @Reads with all that is needed");
      }
    }
    return declared;
  }

  private static Optional<ReadDeclaration> check(ReadDescription read, Consumer<String> problems) {
    TypeDescription type = read.type();
    if (!isOfObjects(type)) {
      problems.accept(notOfObjects(type));
      return Optional.empty();
    }
    for (ReadDescription.IndexDescription index : read.indexes()) {
      if (!type.name().equals(index.of())) {
        problems.accept(
            "%s indexes %s; let it implement Index<%s>"
                .formatted(
                    index.name(),
                    index.of() == null ? "objects of no one type" : index.of(),
                    type.simpleName()));
      }
      if (!index.constructible()) {
        problems.accept(
            index.name()
                + " can't be made: it needs a constructor without parameters that is not private,"
                + " and is neither abstract nor an inner class");
      }
    }
    var fields = new ArrayList<FieldPath>();
    try {
      for (String field : read.fields()) {
        fields.add(FieldPath.parse(field));
      }
      return Optional.of(new ReadDeclaration(read, resource(read), fields));
    } catch (IllegalArgumentException e) {
      problems.accept(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static GroupVersionResource resource(ReadDescription read) {
    return resource(terms(read.resource()), read.type());
  }

  private static MatchTerms terms(String resource) {
    return new MatchTerms(
        List.of(),
        resource.isEmpty() ? List.of() : List.of(resource),
        List.of(),
        Scope.ANY,
        List.of(),
        List.of(),
        "");
  }

  /**
   * The one resource that is named.
   *
   * @param view the type of its objects, or null when nothing tells it
   * @throws IllegalArgumentException when it is none that can be listed
   */
  static GroupVersionResource resource(MatchTerms terms, @Nullable TypeDescription view) {
    ResourceMatch match = match(terms, view);
    if (!match.subresource().isEmpty() || match.resource().equals(ResourceName.ANY)) {
      throw new IllegalArgumentException(
          "resource \""
              + terms.resource().get(0)
              + "\" is not one resource that can be listed; name one, without a subresource");
    }
    return kept(match);
  }

  /** What a type, or where it is named a resource, stands for. */
  static ResourceMatch match(TypeDescription type, String resource) {
    return match(terms(resource), type);
  }

  private static ResourceMatch match(MatchTerms terms, @Nullable TypeDescription view) {
    return new ResourceResolver(BuiltInResources.table()).resolve(terms, view).get(0);
  }

  /** A resource whose objects the API server stores. */
  static GroupVersionResource kept(ResourceMatch match) {
    if (!ServedOperations.of(match).contains(Operation.DELETE)) {
      throw new IllegalArgumentException(
          "the API server keeps no " + match.resource() + ", so that they can't be read");
    }
    return new GroupVersionResource(match.group(), match.version(), match.resource());
  }

  /**
   * What is wrong with taking a {@link Lister}.
   *
   * @param listed the type that it lists, or null when it does not tell
   */
  static Optional<String> listerProblem(
      @Nullable TypeDescription listed, List<ReadDescription> reads) {
    if (listed == null) {
      return Optional.of("takes a Lister of no one type; write its type, Lister<Namespace>");
    }
    long declared = reads.stream().filter(read -> read.type().name().equals(listed.name())).count();
    if (declared == 1) {
      return Optional.empty();
    }
    String lister = "takes a Lister<" + listed.simpleName() + ">, but the class ";
    if (declared > 1) {
      return Optional.of(
          lister + "declares several reads of that type; take a ClusterReader, and name the one");
    }
    return Optional.of(
        lister
            + "does not declare this read; write @Reads("
            + (isGeneric(listed)
                ? "resource = \"PLURAL.VERSION.GROUP\""
                : listed.simpleName() + ".class")
            + ") above the class");
  }

  static String label(TypeDescription type, String resource) {
    return resource.isEmpty() ? type.simpleName() : '"' + resource + '"';
  }

  static boolean isOfObjects(TypeDescription type) {
    return type.typed() || isGeneric(type);
  }

  static String notOfObjects(TypeDescription type) {
    return type.name()
        + " is no type of objects; write a fabric8 model such as Namespace, a CustomResource,"
        + " or resource = \"...\" alone";
  }

  private static boolean isGeneric(TypeDescription type) {
    return type.untyped() && type.simpleName().equals("GenericKubernetesResource");
  }
}
