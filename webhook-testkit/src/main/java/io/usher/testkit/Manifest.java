package io.usher.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fills a test's parameter from a YAML file: {@code @Manifest("pod.yaml") Pod pod}.
 *
 * <p>The parameter is a fabric8 model, a {@code CustomResource}, a {@code
 * GenericKubernetesResource}, an {@code ObjectNode}, or a {@code String} for the text as it is.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ManifestResolver.class)
public @interface Manifest {

  /** A class path resource: beside the test class, or from the root with a leading slash. */
  String value();
}
