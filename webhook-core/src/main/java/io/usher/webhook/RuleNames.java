package io.usher.webhook;

import io.usher.webhook.declaration.RuleDeclaration;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * Names rules as briefly as tells them apart in their webhook: {@code Labeling.addTeam}, else
 * {@code Labeling.addTeam(Pod)}, else with the package and whole type names too.
 */
final class RuleNames {

  private RuleNames() {}

  /** The names of rules that differ in class, method or parameter types, in their order. */
  static List<String> of(List<RuleDeclaration> rules) {
    var brief = new ArrayList<String>();
    var withParameters = new ArrayList<String>();
    var full = new ArrayList<String>();
    for (RuleDeclaration rule : rules) {
      brief.add(simpleClass(rule) + "." + rule.method().name());
      withParameters.add(simpleClass(rule) + "." + rule.method().shortSignature());
      full.add(full(rule));
    }
    var names = new ArrayList<String>();
    for (int i = 0; i < rules.size(); i++) {
      names.add(
          isUnique(i, brief)
              ? brief.get(i)
              : isUnique(i, withParameters) ? withParameters.get(i) : full.get(i));
    }
    return names;
  }

  /** With the package and whole type names: what makes the order of rules total. */
  static String full(RuleDeclaration rule) {
    return type(rule).getName() + "." + rule.method().signature();
  }

  private static boolean isUnique(int index, List<String> names) {
    String name = names.get(index);
    return names.indexOf(name) == index && names.lastIndexOf(name) == index;
  }

  private static String simpleClass(RuleDeclaration rule) {
    String name = type(rule).getName();
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }

  private static Class<?> type(RuleDeclaration rule) {
    return ((Method) rule.method().origin()).getDeclaringClass();
  }
}
