package io.usher.rule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that {@code usher controller} calls with an object that has changed: {@code @OnUpdated
 * void compare(@OldObject Pod old, Pod pod)}.
 *
 * <p>The old object is the one that the handler has seen last: a handler that is slower than the
 * changes sees several of them as one. It takes and returns what an {@link OnAdded} method does.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnUpdated {

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
