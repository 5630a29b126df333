package io.usher.webhook;

import io.usher.cluster.ClusterReader;
import io.usher.cluster.Lister;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The constructors of a rule class that may be called: those that take nothing but at most one
 * record, of what is configured, and what the class reads of the cluster.
 */
final class RuleConstructor {

  private RuleConstructor() {}

  /** All of them, those with the most parameters first. */
  static Stream<Constructor<?>> all(Class<?> type) {
    return Arrays.stream(type.getDeclaredConstructors())
        .filter(each -> !Modifier.isPrivate(each.getModifiers()))
        .filter(RuleConstructor::mayBeCalled)
        .sorted(Comparator.<Constructor<?>>comparingInt(Constructor::getParameterCount).reversed());
  }

  private static boolean mayBeCalled(Constructor<?> constructor) {
    Class<?>[] types = constructor.getParameterTypes();
    return Arrays.stream(types).allMatch(type -> type.isRecord() || isRead(type))
        && Arrays.stream(types).filter(Class::isRecord).count() <= 1;
  }

  static boolean isRead(Class<?> type) {
    return type == Lister.class || type == ClusterReader.class;
  }

  /** Whether a class has one that takes nothing. */
  static boolean hasPlain(Class<?> type) {
    return all(type).anyMatch(each -> each.getParameterCount() == 0);
  }

  /** The record that this constructor takes, if it takes one. */
  static Optional<Class<?>> configuredRecord(Constructor<?> constructor) {
    return Arrays.stream(constructor.getParameterTypes())
        .filter(Class::isRecord)
        .<Class<?>>map(type -> type)
        .findFirst();
  }

  /** The one to call: with a record if there is anything to make it of, or no other. */
  static Optional<Constructor<?>> choose(Class<?> type, boolean configured) {
    return all(type)
        .filter(each -> configuredRecord(each).isPresent() == configured)
        .findFirst()
        .or(() -> all(type).findFirst());
  }
}
