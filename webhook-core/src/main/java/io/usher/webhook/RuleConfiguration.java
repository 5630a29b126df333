package io.usher.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an operator configured for rules: for each webhook the components of the records that its
 * classes' constructors take. A variable counts before the file.
 */
public final class RuleConfiguration {

  /** Nothing is configured. */
  public static final RuleConfiguration NONE = of(Map.of(), Map.of());

  /**
   * Begins the names of variables: {@code USHER_RULE_CONFIG_IMAGES_EXAMPLE_COM_MAX_REPLICAS} is
   * {@code maxReplicas} of {@code images.example.com}.
   */
  public static final String VARIABLE_PREFIX = "USHER_RULE_CONFIG_";

  private final Map<String, ObjectNode> files;
  private final Map<String, String> variables;

  private RuleConfiguration(Map<String, ObjectNode> files, Map<String, String> variables) {
    this.files = files;
    this.variables = variables;
  }

  /**
   * A configuration.
   *
   * @param files by the webhooks' qualified names
   * @param environment of which the variables count whose names begin with the prefix
   */
  public static RuleConfiguration of(
      Map<String, ObjectNode> files, Map<String, String> environment) {
    var copies = new LinkedHashMap<String, ObjectNode>();
    files.forEach((webhook, components) -> copies.put(webhook, components.deepCopy()));
    return new RuleConfiguration(
        copies,
        environment.entrySet().stream()
            .filter(variable -> variable.getKey().startsWith(VARIABLE_PREFIX))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** The webhooks of the file. */
  Set<String> webhooks() {
    return files.keySet();
  }

  /** What the file says of a webhook, or null. */
  @Nullable ObjectNode file(String webhook) {
    return files.get(webhook);
  }

  /** The text of a component's variable, or null. */
  @Nullable String variable(String webhook, String component) {
    return variables.get(variableName(webhook, component));
  }

  /** The names of all variables. */
  Set<String> variables() {
    return variables.keySet();
  }

  /** Whether anything is configured for a webhook. */
  boolean has(String webhook) {
    String prefix = variableName(webhook, "");
    return files.containsKey(webhook)
        || variables.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  static String variableName(String webhook, String component) {
    String words = component.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
    return VARIABLE_PREFIX
        + (webhook + "_" + words).replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
