package io.usher.rulejar;

import io.usher.rulejar.ScannedClass.Reference;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Follows a jar's own code from its rules and finds references that lead nowhere, which the JVM
 * would find in the midst of a request.
 *
 * <p>Libraries are not followed: many have parts that need what is not there, and know when not to
 * run them. An instance method counts as reachable when its class is instantiated, and either a
 * method of its name and parameters is called, or a type that is not the jar's own declares it.
 */
final class ReachableCode {

  private final Linkage linkage;
  private final Linkage.ClassSource files;
  private final Predicate<String> own;

  private final Map<String, ClassCode> read = new HashMap<>();
  private final Set<String> instantiated = new HashSet<>();
  private final Set<String> called = new HashSet<>();
  private final Set<Reference> reached = new HashSet<>();
  private final Deque<Reference> next = new ArrayDeque<>();
  private final Map<Reference, Reference> missing = new LinkedHashMap<>();

  /**
   * A walk.
   *
   * @param own whether a class, by internal name, is one whose code is followed
   */
  ReachableCode(Linkage linkage, Linkage.ClassSource files, Predicate<String> own) {
    this.linkage = linkage;
    this.files = files;
    this.own = own;
  }

  /** What is missing, each with a method that needs it; a class that is missing has no members. */
  Map<Reference, Reference> missing(Collection<String> ruleClasses) throws IOException {
    for (String type : ruleClasses) {
      check(Reference.to(type), Reference.to(type));
      instantiate(type);
      for (String entry : code(type).entries()) {
        reach(new Reference(type, entry));
      }
    }
    while (!next.isEmpty()) {
      follow(next.remove());
    }
    return missing;
  }

  private void follow(Reference from) throws IOException {
    ClassCode.Method method =
        Objects.requireNonNull(code(from.owner()).methods().get(from.member()));
    for (Reference reference : method.references) {
      if (!method.catchesLinkageErrors) {
        check(reference, from);
      }
      if (reference.member().contains("(")) {
        call(reference);
      }
      if (own.test(reference.owner())) {
        reach(new Reference(reference.owner(), "<clinit>()V"));
      }
    }
    for (String type : method.instantiated) {
      instantiate(type);
    }
  }

  /** The JDK is what the class file's version asks for. */
  private void check(Reference reference, Reference from) {
    if (reference.owner().startsWith("java/")) {
      return;
    }
    Optional<String> type = linkage.missing(reference.owner());
    if (type.isPresent()) {
      missing.putIfAbsent(Reference.to(type.get()), from);
    } else if (linkage.lacks(reference)) {
      missing.putIfAbsent(reference, from);
    }
  }

  /** The method that is called, and those that override it. */
  private void call(Reference reference) throws IOException {
    for (String type : ownTypes(reference.owner())) {
      reach(new Reference(type, reference.member()));
    }
    if (called.add(reference.member())) {
      for (String type : instantiated) {
        reach(new Reference(type, reference.member()));
      }
    }
  }

  /** What is inherited is instantiated with its class. */
  private void instantiate(String type) throws IOException {
    List<String> types = ownTypes(type);
    for (String each : types) {
      if (instantiated.add(each)) {
        for (String member : code(each).methods().keySet()) {
          if (called.contains(member) || isDeclaredElsewhere(member, types)) {
            reach(new Reference(each, member));
          }
        }
      }
    }
  }

  private boolean isDeclaredElsewhere(String member, List<String> types) throws IOException {
    for (String type : types) {
      for (String supertype : code(type).supertypes()) {
        if (!own.test(supertype) && linkage.has(new Reference(supertype, member))) {
          return !member.startsWith("<");
        }
      }
    }
    return false;
  }

  /** A type and its supertypes, as far as they are the jar's own. */
  private List<String> ownTypes(String type) throws IOException {
    var types = new ArrayList<String>();
    addOwnTypes(type, types);
    return types;
  }

  private void addOwnTypes(String type, List<String> types) throws IOException {
    if (own.test(type) && !types.contains(type)) {
      types.add(type);
      for (String supertype : code(type).supertypes()) {
        addOwnTypes(supertype, types);
      }
    }
  }

  private void reach(Reference method) throws IOException {
    if (code(method.owner()).methods().containsKey(method.member()) && reached.add(method)) {
      next.add(method);
    }
  }

  private ClassCode code(String type) throws IOException {
    ClassCode code = read.get(type);
    if (code == null) {
      code = ClassCode.read(files.read(type));
      read.put(type, code);
    }
    return code;
  }
}
