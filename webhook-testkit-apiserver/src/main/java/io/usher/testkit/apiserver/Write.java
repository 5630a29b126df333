package io.usher.testkit.apiserver;

import io.usher.testkit.apiserver.Manifest.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ApiServer#expectDenied} and its like send, as dry runs. Nothing of it stays. The
 * administrator sends it, unless {@link #as} names another user. Immutable.
 */
public final class Write {

  private final List<Step> steps;
  private final @Nullable String user;
  private final List<String> groups;

  /**
   * One request.
   *
   * @param old the object as it is; null where it is new
   * @param sent the object as it is to be; null where it is deleted
   */
  record Step(@Nullable Document old, @Nullable Document sent) {}

  private Write(List<Step> steps, @Nullable String user, List<String> groups) {
    this.steps = List.copyOf(steps);
    this.user = user;
    this.groups = List.copyOf(groups);
  }

  /** The creation of each object of this YAML. */
  public static Write create(String yaml) {
    return byAdministrator(documents(yaml).map(each -> new Step(null, each)));
  }

  /**
   * The replacement of each object of one YAML by that at the same place of another. The old ones
   * are there while it is sent; nobody admits them.
   *
   * @throws IllegalArgumentException when the texts are not about the same objects, in this order
   */
  public static Write update(String old, String changed) {
    List<Document> before = documents(old).toList();
    List<Document> after = documents(changed).toList();
    if (!identities(before).equals(identities(after))) {
      throw new IllegalArgumentException(
          "an update is of the same objects: write %s again, in the place of %s"
              .formatted(identities(before), identities(after)));
    }
    var steps = new ArrayList<Step>();
    for (int i = 0; i < before.size(); i++) {
      steps.add(new Step(before.get(i), after.get(i)));
    }
    return byAdministrator(steps.stream());
  }

  /**
   * The deletion of each object of this YAML, which is there while it is sent; nobody admits it.
   */
  public static Write delete(String yaml) {
    return byAdministrator(documents(yaml).map(each -> new Step(each, null)));
  }

  private static Write byAdministrator(Stream<Step> steps) {
    return new Write(steps.toList(), null, List.of());
  }

  private static Stream<Document> documents(String yaml) {
    return new Manifest("the given YAML", yaml).documents().stream();
  }

  private static String identities(List<Document> documents) {
    return documents.stream().map(Write::identity).collect(Collectors.joining(", "));
  }

  private static String identity(Document document) {
    String namespace = document.namespace().isEmpty() ? "" : document.namespace() + '/';
    return document.apiVersion() + ' ' + document.kind() + ' ' + namespace + document.name();
  }

  /**
   * The same, sent by a user, who may do what RBAC's roles allow him; group {@code system:masters}
   * may do everything.
   */
  public Write as(String otherUser, String... itsGroups) {
    return new Write(steps, otherUser, Arrays.asList(itsGroups));
  }

  List<Step> steps() {
    return steps;
  }

  /** Null for the administrator. */
  @Nullable String user() {
    return user;
  }

  List<String> groups() {
    return groups;
  }
}
