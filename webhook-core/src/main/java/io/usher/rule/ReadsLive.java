package io.usher.rule;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares what a class's rules ask the API server itself, by {@link
 * io.usher.cluster.ClusterReader#live()}: {@code @ReadsLive(Secret.class)}. {@link Reads} is nearly
 * always better: it costs a review microseconds, and the API server nothing.
 *
 * <p>The server needs the verb get for it, and list where it is declared: the generated manifests
 * grant them. It keeps nothing of it but for the cache time.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(ReadsLive.All.class)
public @interface ReadsLive {

  /** The type of the objects: a fabric8 model, a {@code CustomResource}. */
  Class<?> value() default GenericKubernetesResource.class;

  /**
   * The resource, where no type tells it: {@code crontabs.v1.stable.example.com}; or {@code
   * nodes/proxy}, {@code pods/proxy}, {@code services/proxy}. Whoever may get {@code nodes/proxy}
   * may run commands in each Pod of each node.
   */
  String resource() default "";

  /** Whether the rules list objects, too. */
  boolean list() default false;

  /** For how many seconds an answer is given again, 0 to 3600. */
  int cacheSeconds() default 0;

  /** Several of them. */
  @Documented
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @interface All {

    /** The live reads. */
    ReadsLive[] value();
  }
}
