package io.usher.rule;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that {@code usher controller} calls until the world is as it should be:
 * {@code @Reconciling(Pod.class) Outcome reconcile(Pod pod, Lister<Node> nodes)}.
 *
 * <p>It is level-triggered: it learns that something about an object has changed, and not what. It
 * is called for one object at a time, once for any number of changes meanwhile, when the controller
 * begins, and again after each failure, ever less often. It takes the object as it is when the call
 * begins. With a parameter {@code Optional<Pod>} it is called for objects that are gone, too;
 * {@link HandlerContext} names the object then. Beside it, it takes and returns what an {@link
 * OnAdded} method does.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Reconciling {

  /** The type of the objects, the parameter's unless given. */
  Class<?> value() default GenericKubernetesResource.class;

  /**
   * The resource, where no type tells it: {@code pods}, {@code deployments.apps}, {@code
   * crontabs.v1.stable.example.com}.
   */
  String resource() default "";

  /** The namespaces that it is for, all unless given; {@code *} stands for any characters. */
  String[] namespaces() default {};

  /** The object names that it is for, all unless given; {@code *} stands for any characters. */
  String[] names() default {};

  /**
   * A label selector in kubectl's syntax, {@code app=web,tier!=cache}. An object that ceases to
   * match counts as gone.
   */
  String labels() default "";

  /** How long a call may take, 1 to 600 s. */
  int timeoutSeconds() default 10;
}
