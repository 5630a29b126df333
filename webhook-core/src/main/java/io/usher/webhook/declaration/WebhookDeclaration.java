package io.usher.webhook.declaration;

import io.usher.rule.Phase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One webhook as all of its classes declare it.
 *
 * @param name its qualified name
 * @param statements what its classes state together
 * @param classes at least one
 */
public record WebhookDeclaration(
    String name, Statements statements, List<ClassDeclaration> classes) {

  public WebhookDeclaration {
    classes = List.copyOf(classes);
  }

  /**
   * Joins the classes that give the same name.
   *
   * @param problems told of statements that conflict, and of those that are missing
   * @return by name
   */
  public static List<WebhookDeclaration> join(
      Collection<ClassDeclaration> classes, Consumer<String> problems) {
    Map<String, List<ClassDeclaration>> byName =
        classes.stream()
            .collect(
                Collectors.groupingBy(
                    ClassDeclaration::webhook, TreeMap::new, Collectors.toList()));
    var webhooks = new ArrayList<WebhookDeclaration>();
    byName.forEach(
        (name, members) ->
            webhooks.add(
                new WebhookDeclaration(
                    name,
                    joined(members, problem -> problems.accept("webhook " + name + ": " + problem)),
                    members)));
    return webhooks;
  }

  private static Statements joined(List<ClassDeclaration> classes, Consumer<String> problems) {
    record Stated(Object value, String source) {}
    var stated = new HashMap<String, Stated>();
    var all = new Statements();
    for (ClassDeclaration declaration : classes) {
      declaration
          .statements()
          .byName()
          .forEach(
              (attribute, value) -> {
                Stated before =
                    stated.putIfAbsent(attribute, new Stated(value, declaration.source()));
                if (before != null && !before.value().equals(value)) {
                  problems.accept(
                      "%s is %s in %s and %s in %s; state it in one of them, or the same in both"
                          .formatted(
                              attribute,
                              before.value(),
                              before.source(),
                              value,
                              declaration.source()));
                }
              });
      all.addAll(declaration.statements());
    }
    checkValidatingPolicy(all, firstValidator(classes), problems);
    return all;
  }

  private static Optional<String> firstValidator(List<ClassDeclaration> classes) {
    return classes.stream()
        .filter(c -> c.rules().stream().anyMatch(rule -> rule.phase() == Phase.VALIDATING))
        .map(ClassDeclaration::source)
        .findFirst();
  }

  /** Checks that it is stated what the API server does when a validating call fails. */
  public static void checkValidatingPolicy(
      Statements statements, Optional<String> validator, Consumer<String> problems) {
    if (statements.get(Attribute.VALIDATING_FAILURE_POLICY).isEmpty()) {
      validator.ifPresent(
          source ->
              problems.accept(
                  source
                      + " validates, but no class of the webhook states what a failed call means;"
                      + " write validatingFailurePolicy = FAIL or IGNORE in its @Webhook"));
    }
  }
}
