package io.usher.testkit.apiserver;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a Kubernetes API server. Parameters of its constructor, tests and
 * lifecycle methods may be a {@link ApiServer} or a {@link
 * io.fabric8.kubernetes.client.KubernetesClient} of its administrator.
 *
 * <pre>{@code
 * @ApiServerTest(rules = TeamRules.class)
 * class TeamRulesIT {
 *   @Test
 *   void podGetsItsTeam(KubernetesClient client) { ... }
 * }
 * }</pre>
 *
 * <p>Nested classes use the server of the class around them.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ApiServerExtension.class)
public @interface ApiServerTest {

  /** Who uses the server. */
  Sharing sharing() default Sharing.CLASS;

  /** What tests may see of each other. */
  Isolation isolation() default Isolation.NAMESPACE;

  /**
   * Rule classes that are registered as webhooks, made by their constructors without parameters.
   * {@link ApiServer#start} takes instances.
   */
  Class<?>[] rules() default {};

  /** Rule jars, or folders of them, that are registered as webhooks; from the working directory. */
  String[] ruleJars() default {};

  /** How the server reaches the rules. */
  WebhookTransport webhooks() default WebhookTransport.HTTPS;

  /** Custom resources, or other models of fabric8, that the server serves beside its own kinds. */
  Class<? extends HasMetadata>[] resources() default {};

  /**
   * YAML files whose objects are there before a test begins: class path resources, beside the test
   * class or from the root with a leading slash. Objects that name no namespace are made anew in
   * each test's. CustomResourceDefinitions among them are made first, and what they define is
   * served.
   */
  String[] manifests() default {};
}
