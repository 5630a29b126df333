package io.usher.testkit.apiserver;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * What an {@link ApiServerTest} says. Classes that share a server are those of equal ones.
 *
 * @param manifests those of the class path, read
 */
record DeclaredServer(
    Sharing sharing,
    Isolation isolation,
    List<Class<?>> rules,
    List<Path> ruleJars,
    WebhookTransport webhooks,
    List<Class<? extends HasMetadata>> resources,
    List<Manifest> manifests) {

  /**
   * Reads the annotation of a class.
   *
   * @throws ExtensionConfigurationException when it contradicts itself
   * @throws IllegalArgumentException when a manifest is not there
   */
  static DeclaredServer of(ApiServerTest annotation, Class<?> testClass) {
    if (annotation.sharing() == Sharing.JVM && annotation.isolation() != Isolation.NAMESPACE) {
      throw new ExtensionConfigurationException(
          "%s: @ApiServerTest(sharing = JVM, isolation = %s): tests of other classes use the server, too; write isolation = NAMESPACE or sharing = CLASS"
              .formatted(testClass.getName(), annotation.isolation()));
    }
    return new DeclaredServer(
        annotation.sharing(),
        annotation.isolation(),
        List.of(annotation.rules()),
        Stream.of(annotation.ruleJars()).map(Path::of).toList(),
        annotation.webhooks(),
        List.of(annotation.resources()),
        Stream.of(annotation.manifests())
            .map(name -> Manifest.ofResource(testClass, name))
            .toList());
  }

  RunningServer start() {
    var options = new ServerOptions().webhooks(webhooks);
    if (!rules.isEmpty()) {
      options.rules(rules.toArray(Class<?>[]::new));
    }
    if (!ruleJars.isEmpty()) {
      options.ruleJars(ruleJars.toArray(Path[]::new));
    }
    resources.forEach(options::resource);
    manifests.forEach(options::manifest);
    return RunningServer.start(options, isolation);
  }
}
