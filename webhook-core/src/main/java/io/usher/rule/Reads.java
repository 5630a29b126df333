package io.usher.rule;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.cluster.Index;
import io.usher.cluster.OnStale;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares what a class's rules read of the cluster: {@code @Reads(value = Ingress.class, index =
 * HostIndex.class)}. Its rules and its constructor may take a {@code Lister<Ingress>} then, or a
 * {@link io.usher.cluster.ClusterReader} for several.
 *
 * <p>The server lists and watches what is declared, is ready when it has seen all of it once, and
 * needs the verbs get, list and watch for it: the generated manifests grant them. All rules of a
 * server share one view of a resource.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Reads.All.class)
public @interface Reads {

  /** The type of the objects: a fabric8 model, a {@code CustomResource}. */
  Class<?> value() default GenericKubernetesResource.class;

  /**
   * The resource, where no type tells it: {@code pods}, {@code deployments.apps}, {@code
   * crontabs.v1.stable.example.com}. Rules take a {@code Lister<GenericKubernetesResource>}.
   */
  String resource() default "";

  /** By which objects are found; each is an {@link Index} of the type. */
  Class<? extends Index<?>>[] index() default {};

  /**
   * What to keep of an object, to save memory: {@code spec.rules}, {@code
   * metadata.annotations['example.com/team']}; everything unless given. Name, namespace, uid,
   * resourceVersion and labels are kept always; {@code managedFields} and the annotation {@code
   * kubectl.kubernetes.io/last-applied-configuration} never.
   */
  String[] fields() default {};

  /** What becomes of a rule when the view is too old. */
  OnStale onStale() default OnStale.FAIL;

  /** Several of them. */
  @Documented
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @interface All {

    /** The reads. */
    Reads[] value();
  }
}
