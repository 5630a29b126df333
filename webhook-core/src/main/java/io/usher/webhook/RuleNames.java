package io.usher.webhook;

import io.usher.webhook.declaration.MethodDescription;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * Names rules and handlers as briefly as tells them apart in their webhook: {@code
 * Labeling.addTeam}, else {@code Labeling.addTeam(Pod)}, else with the package and whole type names
 * too.
 */
final class RuleNames {

  private RuleNames() {}

  /** The names of methods that differ in class, name or parameter types, in their order. */
  static List<String> of(List<MethodDescription> methods) {
    var brief = new ArrayList<String>();
    var withParameters = new ArrayList<String>();
    var full = new ArrayList<String>();
    for (MethodDescription method : methods) {
      brief.add(simpleClass(method) + "." + method.name());
      withParameters.add(simpleClass(method) + "." + method.shortSignature());
      full.add(full(method));
    }
    var names = new ArrayList<String>();
    for (int i = 0; i < methods.size(); i++) {
      names.add(
          isUnique(i, brief)
              ? brief.get(i)
              : isUnique(i, withParameters) ? withParameters.get(i) : full.get(i));
    }
    return names;
  }

  /** With the package and whole type names: what makes the order of rules total. */
  static String full(MethodDescription method) {
    return type(method).getName() + "." + method.signature();
  }

  private static boolean isUnique(int index, List<String> names) {
    String name = names.get(index);
    return names.indexOf(name) == index && names.lastIndexOf(name) == index;
  }

  private static String simpleClass(MethodDescription method) {
    String name = type(method).getName();
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }

  private static Class<?> type(MethodDescription method) {
    return ((Method) method.origin()).getDeclaringClass();
  }
}
