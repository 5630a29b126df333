package io.usher.apiserver.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.usher.admission.GroupVersionKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A type of objects that the server serves: its names, versions, verbs and subresources, and the
 * hooks for what is special about it. Immutable.
 *
 * <pre>{@code
 * ResourceType.builder("example.com", "Widget").version(ServedVersion.of("v1")).build();
 * ResourceType.of(Widget.class); // a CustomResource or any model of fabric8
 * }</pre>
 */
public final class ResourceType {

  private final GroupResource groupResource;
  private final String kind;
  private final String listKind;
  private final String singular;
  private final Scope scope;
  private final List<String> shortNames;
  private final List<String> categories;
  private final Set<Verb> verbs;
  private final List<ServedVersion> versions;
  private final GroupVersionKind storedKind;
  private final GroupResource storage;
  private final List<Subresource> subresources;
  private final Strategy strategy;
  private final @Nullable Answering answering;

  private ResourceType(Builder builder) {
    groupResource = new GroupResource(builder.group, builder.plural);
    kind = builder.kind;
    listKind = builder.listKind;
    singular = builder.singular;
    scope = builder.scope;
    shortNames = List.copyOf(builder.shortNames);
    categories = List.copyOf(builder.categories);
    verbs = Set.copyOf(builder.answering == null ? builder.verbs : EnumSet.of(Verb.CREATE));
    versions = List.copyOf(builder.versions);
    if (versions.isEmpty()) {
      throw new IllegalStateException(
          groupResource + " has no version: call version(ServedVersion.of(\"v1\"))");
    }
    String stored = builder.storedVersion;
    storedKind =
        builder.storedKind != null
            ? builder.storedKind
            : new GroupVersionKind(
                builder.group, stored == null ? versions.get(0).name() : stored, kind);
    storage = builder.storage == null ? groupResource : builder.storage;
    subresources = List.copyOf(builder.subresources);
    strategy = builder.strategy;
    answering = builder.answering;
  }

  /**
   * Begins a type, namespaced and with all verbs until told otherwise.
   *
   * @param group the API group, empty for the core group
   * @param kind the kind, {@code Widget}; plural and singular follow from it until told otherwise
   */
  public static Builder builder(String group, String kind) {
    return new Builder(group, kind);
  }

  /**
   * The type that a fabric8 model or {@link CustomResource} class declares: group, version, names
   * and scope from its annotations and interfaces, {@code status} as a subresource when a custom
   * resource declares a type for it.
   */
  public static ResourceType of(Class<? extends HasMetadata> model) {
    return builder(model).build();
  }

  /** The same, to be completed. */
  public static Builder builder(Class<? extends HasMetadata> model) {
    String group = HasMetadata.getGroup(model);
    String version = HasMetadata.getVersion(model);
    if (version == null) {
      throw new IllegalArgumentException(
          model.getName() + " does not say its version: annotate it with @Version");
    }
    Builder builder =
        builder(group == null ? "" : group, HasMetadata.getKind(model))
            .plural(HasMetadata.getPlural(model))
            .singular(HasMetadata.getSingular(model))
            .scope(Namespaced.class.isAssignableFrom(model) ? Scope.NAMESPACED : Scope.CLUSTER)
            .version(ServedVersion.of(version));
    if (CustomResource.class.isAssignableFrom(model)) {
      builder.shortNames(CustomResource.getShortNames(model));
    }
    return builder;
  }

  public GroupResource groupResource() {
    return groupResource;
  }

  /** The API group, empty for the core group. */
  public String group() {
    return groupResource.group();
  }

  public String plural() {
    return groupResource.resource();
  }

  public String singular() {
    return singular;
  }

  public String kind() {
    return kind;
  }

  public String listKind() {
    return listKind;
  }

  public Scope scope() {
    return scope;
  }

  public boolean namespaced() {
    return scope == Scope.NAMESPACED;
  }

  public List<String> shortNames() {
    return shortNames;
  }

  public List<String> categories() {
    return categories;
  }

  public Set<Verb> verbs() {
    return verbs;
  }

  /** The served versions, the preferred one first. */
  public List<ServedVersion> versions() {
    return versions;
  }

  /** The served version of this name, or null. */
  public @Nullable ServedVersion version(String name) {
    for (ServedVersion version : versions) {
      if (version.name().equals(name)) {
        return version;
      }
    }
    return null;
  }

  /** The kind that objects have in storage; the first served version's until told otherwise. */
  public GroupVersionKind storedKind() {
    return storedKind;
  }

  /** Under what the objects are stored; types that share it are one set of objects. */
  public GroupResource storage() {
    return storage;
  }

  public List<Subresource> subresources() {
    return subresources;
  }

  /** The subresource of this name, or null. */
  public @Nullable Subresource subresource(String name) {
    for (Subresource subresource : subresources) {
      if (subresource.name().equals(name)) {
        return subresource;
      }
    }
    return null;
  }

  public Strategy strategy() {
    return strategy;
  }

  /** Answers creations instead of storing them; null for types with objects. */
  public @Nullable Answering answering() {
    return answering;
  }

  @Override
  public String toString() {
    return groupResource.toString();
  }

  /** Collects a type. Not thread-safe. */
  public static final class Builder {
    private final String group;
    private final String kind;
    private String listKind;
    private String plural;
    private String singular;
    private Scope scope = Scope.NAMESPACED;
    private List<String> shortNames = List.of();
    private List<String> categories = List.of();
    private Set<Verb> verbs = EnumSet.allOf(Verb.class);
    private final List<ServedVersion> versions = new ArrayList<>();
    private @Nullable String storedVersion;
    private @Nullable GroupVersionKind storedKind;
    private @Nullable GroupResource storage;
    private final List<Subresource> subresources = new ArrayList<>();
    private Strategy strategy = Strategy.PLAIN;
    private @Nullable Answering answering;

    private Builder(String group, String kind) {
      this.group = group;
      this.kind = kind;
      listKind = kind + "List";
      singular = kind.toLowerCase(Locale.ROOT);
      plural = singular + 's';
    }

    public Builder plural(String name) {
      plural = name;
      return this;
    }

    public Builder singular(String name) {
      singular = name;
      return this;
    }

    public Builder listKind(String name) {
      listKind = name;
      return this;
    }

    public Builder scope(Scope other) {
      scope = other;
      return this;
    }

    public Builder shortNames(String... names) {
      shortNames = List.of(names);
      return this;
    }

    public Builder categories(String... names) {
      categories = List.of(names);
      return this;
    }

    public Builder verbs(Set<Verb> others) {
      verbs = others;
      return this;
    }

    /** Adds a served version; the first is the preferred one. */
    public Builder version(ServedVersion version) {
      versions.add(version);
      return this;
    }

    /** Objects are stored in this version of the type's own group. */
    public Builder storedVersion(String name) {
      storedVersion = name;
      return this;
    }

    /**
     * The objects are those of another type, whose conversion every version of this one declares:
     * Events of the core group and of {@code events.k8s.io} are one set.
     */
    public Builder storedAs(GroupResource other, GroupVersionKind kindThere) {
      storage = other;
      storedKind = kindThere;
      return this;
    }

    public Builder subresource(Subresource subresource) {
      subresources.add(subresource);
      return this;
    }

    public Builder strategy(Strategy other) {
      strategy = other;
      return this;
    }

    /** Objects are answered, never stored; {@code create} is the only verb. */
    public Builder answering(Answering other) {
      answering = other;
      return this;
    }

    /**
     * The type.
     *
     * @throws IllegalStateException when it has no version
     */
    public ResourceType build() {
      return new ResourceType(this);
    }
  }
}
