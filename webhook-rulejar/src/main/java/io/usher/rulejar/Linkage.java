package io.usher.rulejar;

import io.usher.rulejar.ScannedClass.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether what a rule jar refers to is there in the packages that the server shares, without
 * loading a class. Members are searched for as JVMS 5.4.3 says: in the class, then in its
 * supertypes.
 */
final class Linkage {

  private final ClassLoader server;
  private final ClassSource own;
  private final Map<String, List<String>> ownSupertypes;
  private final Map<String, Optional<ClassShape>> shapes = new HashMap<>();
  private final Map<String, Boolean> leadingToShared = new HashMap<>();

  /**
   * A check against a server.
   *
   * @param server what loads the shared classes
   * @param own the class files of the jar and its libraries
   * @param ownSupertypes the supertypes of each of those
   */
  Linkage(ClassLoader server, ClassSource own, Map<String, List<String>> ownSupertypes) {
    this.server = server;
    this.own = own;
    this.ownSupertypes = ownSupertypes;
  }

  /** Reads those of the class files that are there. */
  @FunctionalInterface
  interface ClassSource {
    /** The class file of a class, by internal name. */
    byte[] read(String name) throws IOException;
  }

  /** Whether a reference leads to a shared class, and what it asks for is not there. */
  boolean isMissing(Reference reference) {
    String owner = reference.owner();
    if (reference.member().isEmpty()) {
      return isShared(owner) && shape(owner).isEmpty();
    }
    return leadsToShared(owner) && lacks(reference);
  }

  /**
   * What keeps a class from being loaded: it or one of its supertypes is neither in the jar nor its
   * libraries nor the shared packages nor the JDK.
   */
  Optional<String> missing(String type) {
    return missing(type, new HashSet<>());
  }

  private Optional<String> missing(String type, Set<String> searched) {
    if (!searched.add(type)) {
      return Optional.empty();
    }
    Optional<ClassShape> shape = shape(type);
    return shape.isEmpty()
        ? Optional.of(type)
        : shape.get().supertypes().stream()
            .flatMap(supertype -> missing(supertype, searched).stream())
            .findFirst();
  }

  /** Whether a class or its supertypes have a member; so far as they are there. */
  boolean has(Reference reference) {
    return search(reference.owner(), reference.member(), new HashSet<>()) == Result.FOUND;
  }

  /** Whether a class and all its supertypes are there, and none has the member. */
  boolean lacks(Reference reference) {
    return !reference.member().isEmpty()
        && search(reference.owner(), reference.member(), new HashSet<>()) == Result.MISSING;
  }

  /** Remembered: of a large library, most types are asked for again and again. */
  private boolean leadsToShared(String type) {
    Boolean known = leadingToShared.get(type);
    if (known == null) {
      // Ends what is its own supertype, which is the JVM's to refuse.
      leadingToShared.put(type, false);
      known = isShared(type) || anyLeadsToShared(ownSupertypes.getOrDefault(type, List.of()));
      leadingToShared.put(type, known);
    }
    return known;
  }

  private boolean anyLeadsToShared(List<String> types) {
    for (String type : types) {
      if (leadsToShared(type)) {
        return true;
      }
    }
    return false;
  }

  private enum Result {
    FOUND,
    MISSING,
    /** A class on the way is itself missing; that is a problem of its own, or none of ours. */
    UNKNOWN
  }

  /**
   * Searches upwards.
   *
   * @param searched the types that have been searched, since two ways may lead to one
   */
  private Result search(String type, String member, Set<String> searched) {
    if (!searched.add(type)) {
      return Result.MISSING;
    }
    Optional<ClassShape> shape = shape(type);
    if (shape.isEmpty()) {
      return Result.UNKNOWN;
    }
    if (shape.get().members().contains(member)) {
      return Result.FOUND;
    }
    Result result = Result.MISSING;
    for (String supertype : shape.get().supertypes()) {
      Result above = search(supertype, member, searched);
      if (above == Result.FOUND) {
        return above;
      }
      result = above == Result.UNKNOWN ? above : result;
    }
    return result;
  }

  private Optional<ClassShape> shape(String type) {
    Optional<ClassShape> known = shapes.get(type);
    if (known == null) {
      known = read(type);
      shapes.put(type, known);
    }
    return known;
  }

  private Optional<ClassShape> read(String type) {
    try {
      if (ownSupertypes.containsKey(type)) {
        return Optional.of(ClassShape.read(own.read(type), true));
      }
      ClassLoader loader = isShared(type) ? server : ClassLoader.getPlatformClassLoader();
      try (InputStream in = loader.getResourceAsStream(type + ".class")) {
        return in == null
            ? Optional.empty()
            : Optional.of(ClassShape.read(in.readAllBytes(), false));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("read class " + type, e);
    }
  }

  static boolean isShared(String internalName) {
    return ExportedPackages.contains(internalName.replace('/', '.'));
  }
}
