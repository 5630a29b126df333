package io.usher.rule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the parameter of a rule that takes the object as it is before the operation: null on CREATE
 * and CONNECT. On DELETE the unmarked parameter is the old object too. Of an {@link OnUpdated}
 * handler, it marks the parameter that takes the object as the handler saw it last.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface OldObject {}
