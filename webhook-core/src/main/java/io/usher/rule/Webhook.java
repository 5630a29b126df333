package io.usher.rule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a class's {@link Mutating} and {@link Validating} methods rules of the webhook of this
 * name, its {@link Converting} methods its conversions, and its {@link Reconciling}, {@link
 * OnAdded}, {@link OnUpdated} and {@link OnDeleted} methods its handlers. A server of webhooks
 * calls the rules and conversions, {@code usher controller} the handlers; a class may have any of
 * them. Selectors and conditions of the webhook are for requests: handlers have filters of their
 * own.
 *
 * <p>Any number of classes, of one or several jars, may join one webhook. What one of them states
 * holds for all; attributes left out are stated by nobody, and two different statements of the same
 * attribute are an error. A class has a constructor without parameters, or one that takes a record
 * of what an operator configures: {@code Images(Config config)} with {@code record
 * Config(List<String> registries, Optional<Duration> grace)}. The record's components are the keys
 * of the webhook in the file of {@code --rule-config}, or variables; what may be left out is an
 * {@code Optional}. One instance of the class serves all requests concurrently.
 *
 * <p>Attributes declared as arrays take at most one value, {@code order = 10}; the empty default
 * means that this class states nothing.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Webhook {

  /** The qualified name, three or more DNS labels: {@code labeler.example.com}. */
  String name();

  /** The webhook's place among all webhooks, lowest first; 0 unless stated, ties by name. */
  int[] order() default {};

  /** What the API server does when a mutating call fails; {@code IGNORE} unless stated. */
  FailurePolicy[] mutatingFailurePolicy() default {};

  /** What the API server does when a validating call fails; must be stated where one validates. */
  FailurePolicy[] validatingFailurePolicy() default {};

  /** What a failing mutating rule does to its review; {@code FAIL_CALL} unless stated. */
  OnFailure[] onMutatingRuleFailure() default {};

  /** How long the API server waits for an answer, 1 to 30 s; 5 unless stated. */
  int[] timeoutSeconds() default {};

  /** Which versions of a resource come here; {@code EQUIVALENT} unless stated. */
  MatchPolicy[] matchPolicy() default {};

  /** Whether rules change anything but the object; {@code NONE} unless stated. */
  SideEffects[] sideEffects() default {};

  /** Whether later changes call the mutators again; {@code IF_NEEDED} unless stated. */
  ReinvocationPolicy[] reinvocationPolicy() default {};

  /**
   * The path of the mutating rules; {@code /mutate/NAME} unless stated. For a webhook that takes
   * another one's place.
   */
  String mutatingPath() default "";

  /** The path of the validating rules; {@code /validate/NAME} unless stated. */
  String validatingPath() default "";

  /** CEL conditions for the registration. */
  MatchCondition[] matchConditions() default {};

  /**
   * A label selector over the request's namespace, in kubectl's syntax: {@code team=shop,env in
   * (test, prod), !legacy}.
   */
  String namespaceSelector() default "";

  /** A label selector over the object, in kubectl's syntax. */
  String objectSelector() default "";
}
