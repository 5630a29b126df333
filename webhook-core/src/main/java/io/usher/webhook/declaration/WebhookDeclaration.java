package io.usher.webhook.declaration;

import io.usher.rule.Phase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One webhook as all of its classes declare it.
 *
 * @param name its qualified name
 * @param statements what its classes state together
 * @param classes at least one
 */
public record WebhookDeclaration(
    String name, WebhookAttributes statements, List<ClassDeclaration> classes) {

  public WebhookDeclaration {
    classes = List.copyOf(classes);
  }

  /**
   * Joins the classes that give the same name.
   *
   * @param problems told of statements that conflict
   * @return by name
   */
  public static List<WebhookDeclaration> join(
      Collection<ClassDeclaration> classes, Consumer<String> problems) {
    var byName = new TreeMap<String, List<ClassDeclaration>>();
    for (ClassDeclaration declaration : classes) {
      byName.computeIfAbsent(declaration.webhook(), name -> new ArrayList<>()).add(declaration);
    }
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

  private static WebhookAttributes joined(
      List<ClassDeclaration> classes, Consumer<String> problems) {
    var all = new WebhookAttributes();
    var sources = new HashMap<String, String>();
    for (ClassDeclaration declaration : classes) {
      String source = declaration.source();
      Map<String, Object> before = all.byName();
      declaration
          .statements()
          .byName()
          .forEach(
              (name, value) -> {
                if (!before.getOrDefault(name, value).equals(value)) {
                  problems.accept(
                      "%s is %s in %s and %s in %s; state it in one of them, or the same in both"
                          .formatted(name, before.get(name), sources.get(name), value, source));
                }
                sources.putIfAbsent(name, source);
              });
      all.addAll(declaration.statements());
    }
    all.checkConditionCount(problems);
    return all;
  }

  /** Checks that a webhook which validates states what a failed call means. */
  public void checkFailurePolicy(Consumer<String> problems) {
    if (statements.get(Attribute.VALIDATING_FAILURE_POLICY).isPresent()) {
      return;
    }
    for (ClassDeclaration declaration : classes) {
      for (RuleDeclaration rule : declaration.rules()) {
        if (rule.phase() == Phase.VALIDATING) {
          problems.accept(
              "webhook "
                  + name
                  + ": "
                  + declaration.source()
                  + " validates, but no class of the webhook states what a failed call means; write"
                  + " validatingFailurePolicy = FAIL or IGNORE in its @Webhook");
          return;
        }
      }
    }
  }

  /** Checks that its conversions lead from every version of a kind to every other. */
  public void checkConversions(Consumer<String> problems) {
    ConversionChecks.checkReach(
        classes.stream()
            .flatMap(each -> each.conversions().stream())
            .map(ConversionDeclaration::between)
            .toList(),
        problem -> problems.accept("webhook " + name + ": " + problem));
  }
}
