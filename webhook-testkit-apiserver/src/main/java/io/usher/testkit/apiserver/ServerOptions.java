package io.usher.testkit.apiserver;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.usher.server.WebhookSource;
import io.usher.webhook.RuleConfiguration;
import io.usher.webhook.WebhookRegistration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How a server is to be; given to the function that {@link ApiServer#start} takes. */
public final class ServerOptions {

  private final List<Class<? extends HasMetadata>> resources = new ArrayList<>();
  private final List<Manifest> manifests = new ArrayList<>();
  private final List<WebhookSource> rules = new ArrayList<>();
  private WebhookTransport transport = WebhookTransport.HTTPS;

  ServerOptions() {}

  /** Registers these objects of rule classes as webhooks. */
  public ServerOptions rules(Object... instances) {
    rules.add(WebhookSource.of(WebhookRegistration.fromInstances(Arrays.asList(instances))));
    return this;
  }

  /** Registers these rule classes as webhooks, made by their constructors without parameters. */
  public ServerOptions rules(Class<?>... classes) {
    rules.add(WebhookSource.of(WebhookRegistration.fromClasses(Arrays.asList(classes))));
    return this;
  }

  /** Registers the webhooks of these rule jars, or of folders of them. */
  public ServerOptions ruleJars(Path... jars) {
    rules.add(WebhookSource.ofJars(Arrays.asList(jars), () -> RuleConfiguration.NONE));
    return this;
  }

  /** How the server reaches the rules; {@link WebhookTransport#HTTPS} until told otherwise. */
  public ServerOptions webhooks(WebhookTransport other) {
    transport = other;
    return this;
  }

  /** Serves this custom resource, or other model of fabric8, beside the server's own kinds. */
  public ServerOptions resource(Class<? extends HasMetadata> model) {
    resources.add(model);
    return this;
  }

  /** Makes the objects of this YAML before the server is handed over. */
  public ServerOptions manifest(String yaml) {
    return manifest(new Manifest("the given YAML", yaml));
  }

  ServerOptions manifest(Manifest manifest) {
    manifests.add(manifest);
    return this;
  }

  /**
   * Makes the objects of these YAML files before the server is handed over.
   *
   * @param beside a class that the files are beside; a name with a leading slash is looked for from
   *     the root of the class path
   */
  public ServerOptions manifests(Class<?> beside, String... names) {
    for (String name : names) {
      manifest(Manifest.ofResource(beside, name));
    }
    return this;
  }

  List<Class<? extends HasMetadata>> resources() {
    return resources;
  }

  List<Manifest> manifests() {
    return manifests;
  }

  WebhookTransport transport() {
    return transport;
  }

  List<WebhookSource> rules() {
    return rules;
  }
}
