package io.usher.rulejar;

import com.fasterxml.jackson.databind.cfg.PackageVersion;
import io.fabric8.kubernetes.client.Version;
import io.usher.rulejar.ScannedClass.Reference;
import io.usher.webhook.declaration.RuleIndex;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/** Checks one rule jar before a class of it is loaded. Every message names the jar. */
final class RuleJarCheck {

  private static final String CLASS = ".class";

  /** The class file version of Java 1.0.2 is 44, and each feature release has the next. */
  private static final int NEWEST_CLASS_FILE = 44 + Runtime.version().feature();

  private final String jar;
  private final List<ClassFiles> files;
  private final ClassLoader server;
  private final Map<String, ClassFiles> homes = new LinkedHashMap<>();

  /**
   * A check.
   *
   * @param jar the jar's name
   * @param files the jar's, then its libraries'
   * @param server what loads the shared classes
   */
  RuleJarCheck(String jar, List<ClassFiles> files, ClassLoader server) {
    this.jar = jar;
    this.files = files;
    this.server = server;
  }

  /**
   * Makes all checks.
   *
   * @return the binary names of the jar's classes that have {@code @Webhook} or rules, sorted
   * @throws RuleJarException with what is wrong
   */
  List<String> ruleClasses() throws IOException {
    locateClasses();
    Optional<RuleIndex> index = readIndex();
    List<ScannedClass> scanned = scan();
    if (index.isPresent()) {
      compare(index.get(), scanned);
    }
    Linkage linkage = linkage(scanned);
    checkReferences(scanned, linkage, index);
    var found = new TreeSet<String>();
    for (ScannedClass type : scanned) {
      if ((type.webhook() || type.hasRules()) && isJarsOwn(type.name())) {
        found.add(type.name());
      }
    }
    if (found.isEmpty()) {
      throw problem("has no rules: no class of it has @Webhook");
    }
    checkReachable(found, linkage);
    return found.stream().map(name -> name.replace('/', '.')).toList();
  }

  private void locateClasses() throws IOException {
    for (ClassFiles each : files) {
      for (String name : each.names()) {
        if (name.endsWith(CLASS) && !name.endsWith("module-info.class")) {
          String type = name.substring(0, name.length() - CLASS.length());
          if (Linkage.isShared(type)) {
            if (isAnnotation(bytes(each, type))) {
              continue;
            }
            throw problem(
                (each == files.get(0) ? "" : "its library " + each.name() + " ")
                    + "holds a copy of "
                    + type.replace('/', '.')
                    + ", a class that the server shares with rules; leave it out, as with Maven's"
                    + " scope \"provided\"");
          }
          homes.putIfAbsent(type, each);
        }
      }
    }
  }

  /**
   * A library may bring the annotations that it is compiled with, as Guava brings jspecify's. The
   * server's are taken, and nothing depends on which.
   */
  private static boolean isAnnotation(byte[] file) {
    var reader = new ClassReader(file);
    return (reader.getAccess() & Opcodes.ACC_ANNOTATION) != 0
        || reader.getClassName().endsWith("/package-info");
  }

  private Optional<RuleIndex> readIndex() {
    try {
      byte[] json = files.get(0).read(RuleIndex.PATH);
      if (json == null) {
        return Optional.empty();
      }
      RuleIndex index = RuleIndex.read(new ByteArrayInputStream(json));
      if (index.apiLevel() > RuleIndex.API_LEVEL) {
        throw problem(
            "compiled against Usher's API level %d, this server has %d; run a newer server"
                .formatted(index.apiLevel(), RuleIndex.API_LEVEL));
      }
      return Optional.of(index);
    } catch (IOException e) {
      throw new RuleJarException(
          jar + ": its " + RuleIndex.PATH + " can't be read: " + e.getMessage(), e);
    }
  }

  private List<ScannedClass> scan() throws IOException {
    var scanned = new ArrayList<ScannedClass>();
    for (var home : homes.entrySet()) {
      byte[] file = bytes(home.getValue(), home.getKey());
      ScannedClass type = scan(home.getKey().replace('/', '.'), file);
      // What lies in another folder than its package's, a class loader never finds.
      if (type.name().equals(home.getKey())) {
        scanned.add(type);
      }
    }
    return scanned;
  }

  private ScannedClass scan(String name, byte[] file) {
    int version = file.length < 8 ? 0 : (file[6] & 0xff) << 8 | file[7] & 0xff;
    if (version > NEWEST_CLASS_FILE) {
      throw problem(
          "%s is compiled for Java %d, this server runs on Java %d"
              .formatted(name, version - 44, Runtime.version().feature()));
    }
    try {
      return ScannedClass.read(file);
    } catch (RuntimeException e) {
      throw new RuleJarException(jar + ": " + name + " is no readable class file", e);
    }
  }

  private void compare(RuleIndex index, List<ScannedClass> scanned) {
    var differing = new TreeSet<>(index.classes());
    for (ScannedClass type : scanned) {
      String name = type.name().replace('/', '.');
      if (type.webhook() && isJarsOwn(type.name()) && !differing.remove(name)) {
        differing.add(name);
      }
    }
    if (!differing.isEmpty()) {
      throw problem(
          "its %s and its classes differ in which have @Webhook: %s; build it clean"
              .formatted(RuleIndex.PATH, String.join(", ", differing)));
    }
  }

  private Linkage linkage(List<ScannedClass> scanned) {
    var supertypes = new HashMap<String, List<String>>();
    for (ScannedClass type : scanned) {
      supertypes.put(type.name(), type.supertypes());
    }
    return new Linkage(server, this::read, supertypes);
  }

  /** A class file that was listed. */
  private static byte[] bytes(ClassFiles home, String type) throws IOException {
    return Objects.requireNonNull(home.read(type + CLASS));
  }

  private byte[] read(String type) throws IOException {
    return bytes(Objects.requireNonNull(homes.get(type)), type);
  }

  private void checkReferences(
      List<ScannedClass> scanned, Linkage linkage, Optional<RuleIndex> index) {
    var checked = new HashSet<Reference>();
    var missing = new LinkedHashMap<Reference, String>();
    for (ScannedClass type : scanned) {
      for (Reference reference : type.references()) {
        if (checked.add(reference) && linkage.isMissing(reference)) {
          missing.put(reference, type.name().replace('/', '.'));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new RuleJarException(
          missing.entrySet().stream()
              .map(
                  entry ->
                      "%s: %s is missing, used by %s (%s)"
                          .formatted(
                              jar,
                              entry.getKey().describe(),
                              entry.getValue(),
                              versions(entry.getKey(), index)))
              .sorted()
              .collect(Collectors.joining("\n")));
    }
  }

  private void checkReachable(Collection<String> ruleClasses, Linkage linkage) throws IOException {
    List<String> roots = ruleClasses.stream().map(RuleJarCheck::root).distinct().toList();
    var missing =
        new ReachableCode(
                linkage,
                this::read,
                type -> isJarsOwn(type) && roots.stream().anyMatch(type::startsWith))
            .missing(ruleClasses);
    if (!missing.isEmpty()) {
      throw new RuleJarException(
          missing.entrySet().stream()
              .map(
                  each ->
                      RuleJarException.missing(
                          jar, each.getValue().describe(), each.getKey().describe()))
              .sorted()
              .collect(Collectors.joining("\n")));
    }
  }

  /**
   * What the names of a team's own classes begin with: the package above a rule class's, if that
   * has two names at least. A jar that is shaded holds others.
   */
  private static String root(String ruleClass) {
    String inPackage = ruleClass.substring(0, ruleClass.lastIndexOf('/') + 1);
    String above = inPackage.replaceFirst("[^/]+/$", "");
    return above.indexOf('/') < above.lastIndexOf('/') ? above : inPackage;
  }

  private static String versions(Reference reference, Optional<RuleIndex> index) {
    if (reference.owner().startsWith("io/usher/")) {
      return compiled("Usher's API level", index.map(RuleIndex::apiLevel), RuleIndex.API_LEVEL);
    }
    if (reference.owner().startsWith("com/fasterxml/jackson/")) {
      return compiled("Jackson", index.map(RuleIndex::jackson), PackageVersion.VERSION);
    }
    return compiled("fabric8", index.map(RuleIndex::fabric8), Version.clientVersion());
  }

  private static String compiled(String library, Optional<?> against, Object brought) {
    return against
            .map(version -> "compiled against " + library + " " + version)
            .orElse("compiled against an unknown " + library)
        + ", this server brings "
        + brought;
  }

  /** Whether a class is of the jar itself, not of a library. */
  private boolean isJarsOwn(String type) {
    return homes.get(type) == files.get(0);
  }

  private RuleJarException problem(String what) {
    return new RuleJarException(jar + ": " + what);
  }
}
