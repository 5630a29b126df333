package io.usher.rule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that makes an object of one version of a custom resource one of another: {@code
 * &#64;Converting CronTabV1 toV1(CronTabV1alpha1 old)}, or on the JSON itself,
 * {@code @Converting(kind = "CronTab.stable.example.com", from = "v1alpha1", to = "v1") void
 * toV1(ObjectNode crontab)}.
 *
 * <p>It takes the object and, if it likes, a {@link ConversionContext}. It returns the object in
 * the other version, or nothing when it edits a tree in place. The shortest way is taken from a
 * version to another, so methods between a hub and its spokes are enough: together they must lead
 * from every version to every other.
 *
 * <p>{@code apiVersion} need not be written. Name, namespace, uid and kind stay; of the metadata
 * only labels and annotations may be changed. What a class does not know of an object stays where
 * it is. A method that can't convert an object throws a {@link ConversionException}, which names
 * the field.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Converting {

  /**
   * The kind and its group, where the types don't tell them: {@code CronTab.stable.example.com}.
   */
  String kind() default "";

  /** The version that it takes, where the parameter's type does not tell it. */
  String from() default "";

  /** The version that it gives, where the returned type does not tell it. */
  String to() default "";

  /**
   * Fields that the other version has no place for, and that don't come back: {@code
   * spec.timeZone}. Whoever tests round trips expects these to be lost, and no others.
   */
  String[] loses() default {};
}
