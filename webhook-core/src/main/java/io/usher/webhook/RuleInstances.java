package io.usher.webhook;

import io.usher.cluster.ClusterReader;
import io.usher.cluster.Lister;
import io.usher.rule.Webhook;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one object of each rule class, of what is configured for its webhook and what the class
 * reads of the cluster.
 */
final class RuleInstances {

  private final Function<Class<?>, String> jarOf;
  private final RuleConfiguration configuration;
  private final CurrentCluster cluster;
  private final Map<Class<?>, Object> records = new HashMap<>();
  private final Map<Class<?>, Object> instances = new HashMap<>();

  RuleInstances(
      Function<Class<?>, String> jarOf, RuleConfiguration configuration, CurrentCluster cluster) {
    this.jarOf = jarOf;
    this.configuration = configuration;
    this.cluster = cluster;
  }

  /**
   * Makes the records that the classes' constructors take.
   *
   * @return what is wrong with the configuration: each key that is missing, wrong, or of no use
   */
  List<String> configure(Collection<Class<?>> classes) {
    var problems = new ArrayList<String>();
    Map<String, Set<String>> keys = new HashMap<>();
    for (Class<?> type : classes) {
      Webhook webhook = type.getAnnotation(Webhook.class);
      if (webhook != null) {
        var known = keys.computeIfAbsent(webhook.name(), name -> new TreeSet<>());
        RuleConstructor.all(type)
            .flatMap(constructor -> RuleConstructor.configuredRecord(constructor).stream())
            .forEach(record -> known.addAll(ConfiguredRecord.keys(record)));
        RuleConstructor.choose(type, configuration.has(webhook.name()))
            .flatMap(RuleConstructor::configuredRecord)
            .ifPresent(record -> configure(type, webhook.name(), record, problems));
      }
    }
    checkUsed(keys, problems);
    return problems;
  }

  private void configure(
      Class<?> type, String webhook, Class<?> recordType, List<String> problems) {
    String prefix = prefix(type);
    var made =
        new ConfiguredRecord(webhook, recordType, configuration)
            .make(problem -> problems.add(prefix + problem));
    if (made != null) {
      records.put(type, made);
    }
  }

  private void checkUsed(Map<String, Set<String>> keys, List<String> problems) {
    var variables = new HashSet<>(configuration.variables());
    keys.forEach(
        (webhook, known) ->
            known.forEach(key -> variables.remove(RuleConfiguration.variableName(webhook, key))));
    for (String variable : new TreeSet<>(variables)) {
      problems.add(variable + ": no rule class takes this from its configuration");
    }
    for (String webhook : configuration.webhooks()) {
      var known = keys.get(webhook);
      if (known == null) {
        problems.add(
            "rule configuration %s: there is no such webhook; there are %s"
                .formatted(webhook, new TreeSet<>(keys.keySet())));
        continue;
      }
      var file = configuration.file(webhook);
      if (file != null) {
        file.fieldNames()
            .forEachRemaining(
                key -> {
                  if (!known.contains(key)) {
                    problems.add(
                        "rule configuration %s.%s: there is no such key; there are %s"
                            .formatted(webhook, key, known));
                  }
                });
      }
    }
  }

  Object of(Class<?> type) {
    Object made = instances.get(type);
    if (made == null) {
      made = make(type);
      instances.put(type, made);
    }
    return made;
  }

  private Object make(Class<?> type) {
    Object record = records.get(type);
    Constructor<?> constructor = RuleConstructor.choose(type, record != null).orElseThrow();
    try {
      constructor.setAccessible(true);
      return constructor.newInstance(
          Arrays.stream(constructor.getParameters())
              .map(parameter -> argument(parameter, record))
              .toArray());
    } catch (InvocationTargetException e) {
      throw new InvalidWebhookException(
          prefix(type) + "the constructor of " + type.getName() + " failed: " + e.getCause(),
          e.getCause());
    } catch (LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new InvalidWebhookException(
          prefix(type) + type.getName() + " can't be initialised: " + cause, cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("make an instance of " + type.getName(), e);
    }
  }

  private @Nullable Object argument(Parameter parameter, @Nullable Object record) {
    Class<?> type = parameter.getType();
    if (type == ClusterReader.class) {
      return cluster;
    }
    return type == Lister.class ? lister(parameter.getParameterizedType()) : record;
  }

  private Lister<?> lister(Type type) {
    return cluster.lister(Objects.requireNonNull(ReflectedClass.elementClass(type)));
  }

  private String prefix(Class<?> type) {
    String jar = jarOf.apply(type);
    return jar.isEmpty() ? "" : jar + ": ";
  }
}
