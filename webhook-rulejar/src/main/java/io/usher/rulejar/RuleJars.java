package io.usher.rulejar;

import io.usher.rule.RuleDefinition;
import io.usher.webhook.RuleConfiguration;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rule jars that are loaded, each in a class loader of its own, and the webhooks they make. */
public final class RuleJars implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RuleJars.class);

  private final List<RuleClassLoader> loaders;
  private final List<WebhookRegistration> webhooks;

  /** By the name of the class that has the rules. */
  private final Map<String, RuleOrigin> origins;

  private RuleJars(
      List<RuleClassLoader> loaders,
      List<WebhookRegistration> webhooks,
      Map<String, RuleOrigin> origins) {
    this.origins = Map.copyOf(origins);
    this.loaders = List.copyOf(loaders);
    this.webhooks = List.copyOf(webhooks);
  }

  /**
   * Loads all of them.
   *
   * @param paths jars, directories of jars, directories of classes
   * @throws RuleJarException when one of them can't be used, naming it
   * @throws io.usher.webhook.InvalidWebhookException when their classes make no webhook, with every
   *     misuse
   */
  public static RuleJars load(Collection<Path> paths) {
    return load(paths, RuleConfiguration.NONE);
  }

  /** Does the same with what is configured for the rules. */
  public static RuleJars load(Collection<Path> paths, RuleConfiguration configuration) {
    var loaders = new ArrayList<RuleClassLoader>();
    try {
      Map<Class<?>, String> jars = new HashMap<>();
      Map<String, RuleOrigin> origins = new HashMap<>();
      var classes = new ArrayList<Class<?>>();
      for (Path path : paths) {
        for (RuleJarFiles files : RuleJarFiles.find(path)) {
          var jar = new RuleJar(files, RuleJars.class.getClassLoader());
          List<String> names = jar.check();
          RuleClassLoader loader = jar.open();
          loaders.add(loader);
          RuleOrigin origin = RuleOrigin.of(files);
          for (Class<?> type : jar.load(names, loader)) {
            jars.put(type, files.name());
            origins.put(type.getName(), origin);
            classes.add(type);
            warnOfEdits(files.name(), type);
          }
        }
      }
      return new RuleJars(
          loaders, WebhookRegistration.fromClasses(classes, jars::get, configuration), origins);
    } catch (RuntimeException | Error e) {
      close(loaders);
      throw e;
    }
  }

  private static void warnOfEdits(String jar, Class<?> type) {
    for (String edit : ValidatorEdits.in(type)) {
      LOG.warn(
          "{}: {}.{}, but validates: what it does to its object is discarded; make it @Mutating",
          jar,
          type.getSimpleName(),
          edit);
    }
  }

  /** The webhooks, in the order between webhooks. */
  public List<WebhookRegistration> webhooks() {
    return webhooks;
  }

  /** The jar that a rule is from. */
  public RuleOrigin originOf(RuleDefinition rule) {
    String method = rule.tieBreak();
    int end = method.lastIndexOf('.', method.indexOf('('));
    return origins.getOrDefault(method.substring(0, Math.max(0, end)), RuleOrigin.UNKNOWN);
  }

  /** Closes the class loaders; rules must not be called any more. */
  @Override
  public void close() {
    close(loaders);
  }

  private static void close(List<RuleClassLoader> loaders) {
    for (RuleClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException e) {
        throw new UncheckedIOException("close rule jar " + loader.getName(), e);
      }
    }
  }
}
