package io.usher.webhook.declaration;

import io.fabric8.kubernetes.api.Pluralize;
import io.usher.rule.ResourceMatch;
import io.usher.rule.Scope;
import io.usher.webhook.declaration.BuiltInResources.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells which resources a rule is for: those that it names, else the one that its object's type
 * belongs to. Every failure is an {@link IllegalArgumentException} that says what to write instead.
 */
final class ResourceResolver {

  private final BuiltInResources table;
  private final ResourceHints hints;

  ResourceResolver(BuiltInResources table) {
    this.table = table;
    this.hints = new ResourceHints(table);
  }

  /**
   * Resolves what a rule's terms name.
   *
   * @param view the type of the rule's object, or null when it takes none
   */
  List<ResourceMatch> resolve(MatchTerms terms, @Nullable TypeDescription view) {
    var matches = new ArrayList<ResourceMatch>();
    if (terms.resource().isEmpty()) {
      matches.addAll(inferred(terms, view));
    } else if (!terms.subresources().isEmpty()) {
      throw new IllegalArgumentException(
          "subresources are for an inferred resource; add them to resource, as in resource ="
              + " {\"pods\", \"pods/status\"}");
    } else {
      for (String name : terms.resource()) {
        matches.add(named(name, view));
      }
    }
    for (ResourceMatch match : matches) {
      checkScope(match, terms);
    }
    return matches;
  }

  private List<ResourceMatch> inferred(MatchTerms terms, @Nullable TypeDescription view) {
    if (view == null) {
      throw new IllegalArgumentException(
          "takes no object that tells its resource; name it, as in resource = \"pods\"");
    }
    if (view.untyped()) {
      throw new IllegalArgumentException(
          view.simpleName()
              + " fits every resource; name the one meant, as in resource = \"deployments.apps\"");
    }
    List<Row> rows = table.select(row -> row.takes(view));
    return rows.isEmpty() ? custom(terms, view) : builtIn(terms, view, rows);
  }

  private List<ResourceMatch> custom(MatchTerms terms, TypeDescription view) {
    String plural = view.plural();
    if (plural == null && view.customResource()) {
      // As fabric8's CRD generator and client have it.
      plural = Pluralize.toPlural(view.kind().toLowerCase(Locale.ROOT));
    }
    String group = Objects.requireNonNull(view.group());
    String version = Objects.requireNonNull(view.version());
    if (plural == null || group.isEmpty()) {
      hints.checkVersion(view);
      throw new IllegalArgumentException(
          view.describe()
              + " is of no resource that Kubernetes serves; name the resource that it is of, as in"
              + " resource = \"PLURAL."
              + (group.isEmpty() ? version : version + "." + group)
              + "\"");
    }
    var matches = new ArrayList<ResourceMatch>();
    matches.add(new ResourceMatch(group, version, plural, ""));
    for (String subresource : terms.subresources()) {
      if (!subresource.equals("status")) {
        throw new IllegalArgumentException(
            plural
                + " has no subresource \""
                + subresource
                + "\" that brings a "
                + view.simpleName()
                + "; custom resources have \"status\", and for \"scale\" take a Scale with resource ="
                + " \""
                + plural
                + "."
                + version
                + "."
                + group
                + "/scale\"");
      }
      matches.add(new ResourceMatch(group, version, plural, subresource));
    }
    return matches;
  }

  private List<ResourceMatch> builtIn(MatchTerms terms, TypeDescription view, List<Row> rows) {
    var plurals = new TreeSet<String>();
    var subresources = new TreeSet<String>();
    for (Row row : rows) {
      plurals.add(row.plural());
      subresources.add(row.subresource());
    }
    if (plurals.size() > 1 || !subresources.contains("")) {
      throw new IllegalArgumentException(
          view.describe()
              + " comes by "
              + paths(rows)
              + "; name the one meant, as in resource = \""
              + rows.get(rows.size() - 1).name()
              + "\"");
    }
    var matches = new ArrayList<ResourceMatch>();
    matches.add(match(rows.get(0), ""));
    for (String subresource : terms.subresources()) {
      if (!subresources.contains(subresource)) {
        throw new IllegalArgumentException(
            plurals.first()
                + "/"
                + subresource
                + " brings no "
                + view.simpleName()
                + "; subresources that do: "
                + paths(rows.stream().filter(row -> !row.subresource().isEmpty()).toList()));
      }
      matches.add(match(rows.get(0), subresource));
    }
    return matches;
  }

  private ResourceMatch named(String text, @Nullable TypeDescription view) {
    ResourceName name = ResourceName.parse(text);
    TypeDescription typed = view == null || view.untyped() ? null : view;
    hints.checkGroup(text, name);
    if (typed != null && !bringsOnly(typed, name)) {
      throw new IllegalArgumentException(
          "resource \""
              + text
              + "\" brings objects of several kinds, not only "
              + typed.simpleName()
              + "; take an ObjectNode");
    }
    if (name.plural().equals(ResourceName.ANY)) {
      return new ResourceMatch(
          Objects.requireNonNullElse(name.group(), ResourceName.ANY),
          Objects.requireNonNullElse(name.version(), ResourceName.ANY),
          ResourceName.ANY,
          name.subresource());
    }
    List<Row> resource =
        table.select(row -> row.plural().equals(name.plural()) && name.allows(row));
    if (resource.isEmpty()) {
      return hints.unknown(text, name);
    }
    // Any subresource stands for all of them: the resource itself tells the version.
    String path = name.subresource().equals(ResourceName.ANY) ? name.plural() : name.path();
    List<Row> rows = resource.stream().filter(row -> row.path().equals(path)).toList();
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "resource \"" + text + "\" is not served; what is: " + paths(resource));
    }
    if (typed != null) {
      List<Row> fitting = rows.stream().filter(row -> row.takes(typed)).toList();
      if (fitting.isEmpty()) {
        throw new IllegalArgumentException(
            "resource \""
                + text
                + "\" brings "
                + kinds(rows)
                + ", not "
                + typed.describe()
                + "; take that, or name another resource");
      }
      rows = fitting;
    }
    return match(preferred(text, rows), name.subresource());
  }

  /** Whether a wildcard stands for one kind alone: what any resource's {@code scale} is. */
  private boolean bringsOnly(TypeDescription view, ResourceName name) {
    if (name.subresource().equals(ResourceName.ANY)) {
      return false;
    }
    return !name.plural().equals(ResourceName.ANY)
        || table
            .select(row -> row.subresource().equals(name.subresource()) && name.allows(row))
            .stream()
            .allMatch(row -> row.takes(view));
  }

  /** As kubectl prefers: the core group, then the most stable and newest version. */
  private static Row preferred(String text, List<Row> rows) {
    List<String> groups = rows.stream().map(Row::resourceGroup).distinct().toList();
    if (groups.size() > 1 && !groups.contains("")) {
      throw new IllegalArgumentException(
          "resource \""
              + text
              + "\" is in the groups "
              + String.join(", ", groups)
              + "; write the one meant, as in \""
              + rows.get(0).plural()
              + "."
              + groups.get(0)
              + "\"");
    }
    Row preferred = null;
    for (Row row : rows) {
      if ((groups.size() == 1 || row.resourceGroup().isEmpty())
          && (preferred == null
              || VersionOrder.compare(row.resourceVersion(), preferred.resourceVersion()) > 0)) {
        preferred = row;
      }
    }
    return Objects.requireNonNull(preferred);
  }

  private void checkScope(ResourceMatch match, MatchTerms terms) {
    List<Row> rows =
        table.select(
            row ->
                row.path().equals(match.resource()) && row.resourceGroup().equals(match.group()));
    if (rows.isEmpty()) {
      return;
    }
    boolean namespaced = rows.get(0).namespaced();
    if (terms.scope() == (namespaced ? Scope.CLUSTER : Scope.NAMESPACED)) {
      throw new IllegalArgumentException(
          match.resource()
              + (namespaced ? " live in namespaces" : " don't live in namespaces")
              + ", so scope = "
              + terms.scope()
              + " never matches; leave scope out");
    }
    // A Namespace's own name is its request's namespace.
    if (!namespaced && !terms.namespaces().isEmpty() && !match.resource().equals("namespaces")) {
      throw new IllegalArgumentException(
          match.resource()
              + " don't live in namespaces, so namespaces = ... never matches; leave it out");
    }
  }

  private static ResourceMatch match(Row row, String subresource) {
    return new ResourceMatch(row.resourceGroup(), row.resourceVersion(), row.plural(), subresource);
  }

  private static String kinds(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                row.kind()
                    + " ("
                    + (row.group().isEmpty() ? "" : row.group() + "/")
                    + row.version()
                    + ")")
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  private static String paths(List<Row> rows) {
    return rows.isEmpty()
        ? "none"
        : rows.stream().map(Row::name).distinct().collect(Collectors.joining(", "));
  }
}
