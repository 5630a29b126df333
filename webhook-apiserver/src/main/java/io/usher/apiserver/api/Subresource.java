package io.usher.apiserver.api;

import io.usher.admission.GroupVersionKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a resource has under {@code /NAME}: {@code status}, {@code scale}, or one of its own. */
public sealed interface Subresource {

  /** The last segment of the path, {@code status}. */
  String name();

  /** What can be done to it, for discovery. */
  Set<Verb> verbs();

  /** The kind of its body; null for the resource's own kind. */
  @Nullable GroupVersionKind kind();

  /**
   * A part of the object that is written apart from the rest: {@code status}, or {@code finalize}
   * of Namespaces.
   *
   * @param fields the members of the object that a write of the subresource changes, as paths: all
   *     else stays as it was. A write of the resource itself leaves {@code status} alone when there
   *     is a part of that name
   * @param verbs some of get, patch and update
   */
  record Part(String name, List<String> fields, Set<Verb> verbs) implements Subresource {
    public Part {
      fields = List.copyOf(fields);
      verbs = Set.copyOf(verbs);
    }

    /** {@code status}. */
    public static Part status() {
      return new Part("status", List.of("status"), Set.of(Verb.GET, Verb.PATCH, Verb.UPDATE));
    }

    @Override
    public @Nullable GroupVersionKind kind() {
      return null;
    }
  }

  /**
   * {@code scale}: the object's number of replicas as a {@code Scale} of autoscaling/v1.
   *
   * @param specReplicas where the wanted number is, {@code spec.replicas}
   * @param statusReplicas where the present number is, {@code status.replicas}
   * @param selector where the label selector is, as text or as an object; empty for none
   */
  record Scale(String specReplicas, String statusReplicas, String selector) implements Subresource {

    @Override
    public String name() {
      return "scale";
    }

    @Override
    public Set<Verb> verbs() {
      return Set.of(Verb.GET, Verb.PATCH, Verb.UPDATE);
    }

    @Override
    public GroupVersionKind kind() {
      return new GroupVersionKind("autoscaling", "v1", "Scale");
    }
  }

  /**
   * One of the type's own, {@code eviction} or {@code token}.
   *
   * @param kind the kind of its body
   * @param verbs what can be done to it
   * @param handler answers
   */
  record Own(String name, GroupVersionKind kind, Set<Verb> verbs, SubresourceHandler handler)
      implements Subresource {
    public Own {
      verbs = Set.copyOf(verbs);
    }
  }

  /**
   * One that clients connect to: its answer may go on, as that of a log does.
   *
   * @param kind of the options, which come in the query: {@code ShowSalesOptions}
   * @param verbs of the methods that connect: get for GET, create for POST
   * @param handler answers
   */
  record Connect(String name, GroupVersionKind kind, Set<Verb> verbs, ConnectHandler handler)
      implements Subresource {
    public Connect {
      verbs = Set.copyOf(verbs);
    }
  }

  /**
   * One whose requests are passed on to another server, with their bodies: {@code proxy}.
   *
   * @param kind of the options, which come in the query: {@code PodExecOptions}
   * @param verbs of the methods that are passed on
   * @param handler finds the other server
   */
  record Forward(String name, GroupVersionKind kind, Set<Verb> verbs, ForwardHandler handler)
      implements Subresource {
    public Forward {
      verbs = Set.copyOf(verbs);
    }
  }
}
