package io.usher.rulejar;

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

  private RuleJars(List<RuleClassLoader> loaders, List<WebhookRegistration> webhooks) {
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
      var classes = new ArrayList<Class<?>>();
      for (Path path : paths) {
        for (RuleJarFiles files : RuleJarFiles.find(path)) {
          var jar = new RuleJar(files, RuleJars.class.getClassLoader());
          List<String> names = jar.check();
          RuleClassLoader loader = jar.open();
          loaders.add(loader);
          for (Class<?> type : jar.load(names, loader)) {
            jars.put(type, files.name());
            classes.add(type);
            warnOfEdits(files.name(), type);
          }
        }
      }
      return new RuleJars(
          loaders, WebhookRegistration.fromClasses(classes, jars::get, configuration));
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
