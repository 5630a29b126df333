package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.rule.ResourceMatch;
import io.usher.webhook.declaration.BuiltInResources.Row;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The resource that objects of a kind are sent to; for whoever makes requests out of objects.
 *
 * @param resource the collection
 * @param namespaced whether its objects live in a namespace
 */
public record KnownResource(GroupVersionResource resource, boolean namespaced) {

  /**
   * By Kubernetes' own table; a kind that is not in it is namespaced, and its plural is as given or
   * the kind with an s.
   *
   * @param plural the plural where it can't be told by the kind, or null
   */
  public static KnownResource of(
      GroupVersionKind kind, @Nullable String plural, String subresource) {
    return BuiltInResources.table()
        .select(
            row ->
                row.group().equals(kind.group())
                    && row.version().equals(kind.version())
                    && row.kind().equals(kind.kind())
                    && row.subresource().equals(subresource)
                    && (plural == null || row.plural().equals(plural)))
        .stream()
        .findFirst()
        .map(KnownResource::of)
        .orElseGet(() -> custom(kind, plural));
  }

  /**
   * The subresource that alone takes objects of this kind: {@code exec} takes PodExecOptions, and
   * no resource does. Empty for any other kind.
   */
  public static Optional<String> onlySubresource(GroupVersionKind kind) {
    List<String> subresources =
        BuiltInResources.table()
            .select(
                row ->
                    row.group().equals(kind.group())
                        && row.version().equals(kind.version())
                        && row.kind().equals(kind.kind()))
            .stream()
            .map(Row::subresource)
            .distinct()
            .toList();
    return subresources.size() == 1 && !subresources.get(0).isEmpty()
        ? Optional.of(subresources.get(0))
        : Optional.empty();
  }

  /**
   * A built-in resource by its plural; empty when there is none.
   *
   * @param group its API group, or null for the first that has such a plural
   */
  public static Optional<KnownResource> ofPlural(String plural, @Nullable String group) {
    return BuiltInResources.table()
        .select(
            row ->
                row.plural().equals(plural)
                    && row.subresource().isEmpty()
                    && (group == null || row.resourceGroup().equals(group)))
        .stream()
        .findFirst()
        .map(KnownResource::of);
  }

  /** The kind that a built-in resource takes; empty for others, and where a pattern has several. */
  public static Optional<String> kindOf(ResourceMatch resource) {
    List<String> kinds =
        BuiltInResources.table()
            .select(
                row ->
                    matches(resource.group(), row.resourceGroup())
                        && matches(resource.version(), row.resourceVersion())
                        && row.path().equals(resource.path()))
            .stream()
            .map(Row::kind)
            .distinct()
            .toList();
    return kinds.size() == 1 ? Optional.of(kinds.get(0)) : Optional.empty();
  }

  private static boolean matches(String pattern, String value) {
    return pattern.equals("*") || pattern.equals(value);
  }

  private static KnownResource of(Row row) {
    return new KnownResource(
        new GroupVersionResource(row.resourceGroup(), row.resourceVersion(), row.plural()),
        row.namespaced());
  }

  private static KnownResource custom(GroupVersionKind kind, @Nullable String plural) {
    String named = plural != null ? plural : kind.kind().toLowerCase(Locale.ROOT) + "s";
    return new KnownResource(new GroupVersionResource(kind.group(), kind.version(), named), true);
  }
}
