package io.usher.rulejar;

import io.usher.webhook.declaration.MethodDescription;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.Type;

/** How class files mark the methods that a server or a controller calls. */
final class RuleMethods {

  /** The annotations, as a class file names their types. */
  static final Set<String> DESCRIPTORS =
      MethodDescription.ANNOTATIONS.stream()
          .map(Type::getDescriptor)
          .collect(Collectors.toUnmodifiableSet());

  private RuleMethods() {}
}
