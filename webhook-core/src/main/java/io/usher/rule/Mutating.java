package io.usher.rule;

import io.usher.admission.Operation;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that may change the object.
 *
 * <p>It takes, in any order, the object and what else it wants: a typed view (a fabric8 model, a
 * {@code CustomResource}), a {@code GenericKubernetesResource} or an {@code ObjectNode} to edit in
 * place; the old object, marked {@link OldObject}; {@code AdmissionRequest}; {@link RuleContext}.
 *
 * <p>It returns nothing (its edits in place count), a new object, a {@code JsonPatch}, or a {@link
 * Decision}. It is called again when a later webhook changed the object, so it must be idempotent.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Mutating {

  /** The operations that it is for. A typed parameter on DELETE is the old object. */
  Operation[] operations();

  /**
   * The resources, where the parameter's type does not tell them: {@code pods/exec}, {@code
   * deployments.apps}, {@code deployments.v1.apps/scale}, {@code crontabs.v1.stable.example.com}
   * (as kubectl writes {@code TYPE.VERSION.GROUP}, and a subresource behind a slash). A {@code *}
   * stands for any plural or subresource: {@code *}, {@code *&#47;*}, {@code *.v1.apps}, {@code
   * pods/*}, {@code *&#47;scale}; docs/matching.md has them all.
   */
  String[] resource() default {};

  /** Subresources to add to the inferred resource: {@code ephemeralcontainers}, {@code status}. */
  String[] subresources() default {};

  /** Which objects by where they live. */
  Scope scope() default Scope.ANY;

  /** The rule's place in the webhook, lowest first; ties by class, method, parameter types. */
  int order() default 0;

  /** The namespaces that it is for, all unless given; {@code *} stands for any characters. */
  String[] namespaces() default {};

  /** The object names that it is for, all unless given; {@code *} stands for any characters. */
  String[] names() default {};

  /** A label selector over the object in kubectl's syntax, {@code app=web,tier!=cache}. */
  String labels() default "";

  /** What a failure of this rule does to the review; as the webhook states it unless given. */
  OnFailure[] onFailure() default {};

  /**
   * Whether the server may call it in the reviews that it gives itself before it is ready: dry runs
   * by the user {@code system:usher}, of an object that the rule's filters let through. See {@link
   * SideEffects}.
   */
  boolean selfReviews() default true;

  /**
   * Whether the Initializer asks it for objects that exist, though it is for CREATE and not for
   * UPDATE. It asks as for an update that changes nothing: {@link
   * io.usher.admission.AdmissionRequest#operation()} is UPDATE. Rules for UPDATE are asked in any
   * case.
   */
  boolean initialize() default false;
}
