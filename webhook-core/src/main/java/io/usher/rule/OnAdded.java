package io.usher.rule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that {@code usher controller} calls with each object that is there when it begins, and
 * with each that is added later: {@code @OnAdded Pod label(Pod pod)}. When the controller starts
 * again, it begins again: a handler finds its own work done.
 *
 * <p>It takes the object as it is now, and beside it {@link HandlerContext}, {@code Lister}s and
 * {@code ClusterReader}; it returns nothing, an {@link Outcome}, or the object as it is to be. A
 * call that fails is tried again, ever less often, while the object is there.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnAdded {

  /**
   * The resource, where the parameter's type does not tell it: {@code pods}, {@code
   * deployments.apps}, {@code crontabs.v1.stable.example.com}.
   */
  String resource() default "";

  /** The namespaces that it is for, all unless given; {@code *} stands for any characters. */
  String[] namespaces() default {};

  /** The object names that it is for, all unless given; {@code *} stands for any characters. */
  String[] names() default {};

  /**
   * A label selector in kubectl's syntax, {@code app=web,tier!=cache}. As in a watch with this
   * selector, an object that begins to match is added, and one that ceases to is deleted.
   */
  String labels() default "";

  /** How long a call may take, 1 to 600 s. */
  int timeoutSeconds() default 10;
}
