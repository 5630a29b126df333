package io.usher.webhook;

import io.usher.webhook.declaration.RuleDeclaration;
import java.lang.reflect.Method;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Names rules as briefly as tells them apart in their webhook: {@code Labeling.addTeam}, else
 * {@code Labeling.addTeam(Pod)}, else with the package and whole type names too.
 */
final class RuleNames {

  private static final List<Function<RuleDeclaration, String>> BRIEFEST_FIRST =
      List.of(
          rule -> simpleClass(rule) + "." + rule.method().name(),
          rule -> simpleClass(rule) + "." + rule.method().shortSignature(),
          rule -> type(rule).getName() + "." + rule.method().signature());

  private RuleNames() {}

  /** Names rules that differ in class, method or parameter types. */
  static Map<RuleDeclaration, String> of(List<RuleDeclaration> rules) {
    var names = new IdentityHashMap<RuleDeclaration, String>();
    for (RuleDeclaration rule : rules) {
      names.put(
          rule,
          BRIEFEST_FIRST.stream()
              .filter(naming -> isUnique(naming, rule, rules))
              .findFirst()
              .orElseThrow()
              .apply(rule));
    }
    return names;
  }

  private static boolean isUnique(
      Function<RuleDeclaration, String> naming, RuleDeclaration rule, List<RuleDeclaration> rules) {
    String name = naming.apply(rule);
    return rules.stream().filter(other -> naming.apply(other).equals(name)).count() == 1;
  }

  private static String simpleClass(RuleDeclaration rule) {
    String name = type(rule).getName();
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }

  private static Class<?> type(RuleDeclaration rule) {
    return ((Method) rule.method().origin()).getDeclaringClass();
  }
}
