package io.usher.webhook.declaration;

import io.usher.rule.ResourceMatch;
import io.usher.webhook.declaration.BuiltInResources.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says what was meant by a name that Kubernetes does not serve. Every failure is an {@link
 * IllegalArgumentException} that says what to write instead.
 */
final class ResourceHints {

  private static final String MODEL = "io.fabric8.kubernetes.api.model.";

  /** A name of so many letters may have a slip of the finger, one of twice as many two. */
  private static final int LETTERS_FOR_A_SLIP = 5;

  private final BuiltInResources table;

  ResourceHints(BuiltInResources table) {
    this.table = table;
  }

  /** Checks a group without a dot, which must be one of Kubernetes' own. */
  void checkGroup(String text, ResourceName name) {
    String group = name.group();
    if (group != null && !group.contains(".") && !isServed(group)) {
      throw new IllegalArgumentException(
          "resource \"%s\": Kubernetes serves no group \"%s\", and the groups of others have a dot; write one of %s"
              .formatted(
                  text,
                  group,
                  rows(row -> !row.resourceGroup().isEmpty() && !row.resourceGroup().contains("."))
                      .map(Row::resourceGroup)
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
  }

  /** A resource that the table doesn't have is taken at its word when it is written in full. */
  ResourceMatch unknown(String text, ResourceName name) {
    if (isComingVersion(name)) {
      return inFull(name);
    }
    Optional<String> meant = meant(name);
    boolean served = name.group() != null && isServed(name.group());
    if (meant.isPresent()) {
      throw new IllegalArgumentException(
          "resource \"%s\" is none that Kubernetes serves; write \"%s\""
              .formatted(text, meant.get()));
    }
    if (served) {
      throw new IllegalArgumentException(
          "resource \"%s\": Kubernetes serves no \"%s\" in the group %s; write what it serves, or for a cluster that serves more, \"*.%s\" and look at the request's resource"
              .formatted(text, name.plural(), name.group(), name.group()));
    }
    if (name.version() == null || name.group() == null) {
      throw new IllegalArgumentException(
          "resource \""
              + text
              + "\" is none that Kubernetes serves itself; write a custom resource with its version"
              + " and group, as in \""
              + name.plural()
              + ".v1."
              + Objects.requireNonNullElse(name.group(), "example.com")
              + "\"");
    }
    return inFull(name);
  }

  private static ResourceMatch inFull(ResourceName name) {
    return new ResourceMatch(
        Objects.requireNonNull(name.group()),
        Objects.requireNonNull(name.version()),
        name.plural(),
        name.subresource());
  }

  /** Whether a later Kubernetes may serve it: a version that is newer than those served now. */
  private boolean isComingVersion(ResourceName name) {
    List<Row> served =
        rows(row -> row.path().equals(name.plural()) && row.resourceGroup().equals(name.group()))
            .toList();
    return name.version() != null
        && !served.isEmpty()
        && served.stream()
            .allMatch(row -> VersionOrder.compare(row.resourceVersion(), name.version()) < 0);
  }

  /** The plural of a kind or singular, or one that differs in a slip of the finger. */
  private Optional<String> meant(ResourceName name) {
    Predicate<Row> inGroup =
        row ->
            row.subresource().isEmpty()
                && (name.group() == null || row.resourceGroup().equals(name.group()));
    String subresource = name.subresource().isEmpty() ? "" : "/" + name.subresource();
    return rows(inGroup.and(row -> row.kind().toLowerCase(Locale.ROOT).equals(name.plural())))
        .findFirst()
        .or(
            () ->
                rows(inGroup)
                    .filter(row -> isNear(row.plural(), name.plural()))
                    .min(Comparator.comparingInt(row -> distance(row.plural(), name.plural()))))
        .map(row -> row.name() + subresource);
  }

  /** Checks that it is no version of a served kind that is served no longer. */
  void checkVersion(TypeDescription view) {
    List<Row> sameKind =
        rows(row -> row.kind().equals(view.kind()) && row.subresource().isEmpty())
            .sorted(
                (one, other) ->
                    VersionOrder.compare(other.resourceVersion(), one.resourceVersion()))
            .toList();
    for (Row row : sameKind) {
      Optional<String> model = model(row);
      if (model.isPresent()) {
        throw new IllegalArgumentException(
            view.describe()
                + " is of no resource that Kubernetes serves; import "
                + model.get()
                + " instead");
      }
    }
  }

  /** The class of fabric8's model: in a package by the group, and the version where it has many. */
  private static Optional<String> model(Row row) {
    String group = row.group().isEmpty() ? "" : row.group().replaceFirst("\\..*", "") + ".";
    return Stream.of(MODEL + group + row.kind(), MODEL + group + row.version() + "." + row.kind())
        .filter(ResourceHints::exists)
        .findFirst();
  }

  private static boolean exists(String model) {
    try {
      Class.forName(model, false, ResourceHints.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private boolean isServed(String group) {
    return rows(row -> row.resourceGroup().equals(group)).findAny().isPresent();
  }

  private Stream<Row> rows(Predicate<Row> which) {
    return table.select(which).stream();
  }

  private static boolean isNear(String one, String other) {
    return distance(one, other) <= Math.max(1, other.length() / LETTERS_FOR_A_SLIP);
  }

  /** Levenshtein's: how many letters to add, drop or change. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
