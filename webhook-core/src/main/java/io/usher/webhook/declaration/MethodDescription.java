package io.usher.webhook.declaration;

import io.usher.rule.Mutating;
import io.usher.rule.Validating;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A method with at least one of the rule annotations.
 *
 * @param origin what the reader read it from, handed back with problems and declared rules
 * @param name the method's name
 * @param isPrivate whether it is private
 * @param isStatic whether it is static
 * @param parameters in their order
 * @param returns the erased return type
 * @param mutating the annotation, or null
 * @param validating the annotation, or null
 */
public record MethodDescription(
    Object origin,
    String name,
    boolean isPrivate,
    boolean isStatic,
    List<ParameterDescription> parameters,
    TypeDescription returns,
    @Nullable Mutating mutating,
    @Nullable Validating validating) {

  public MethodDescription {
    parameters = List.copyOf(parameters);
  }

  /** {@code addTeam(io.fabric8.kubernetes.api.model.Pod)}: what tells overloads apart. */
  public String signature() {
    var signature = new StringJoiner(",", name + "(", ")");
    for (ParameterDescription parameter : parameters) {
      signature.add(parameter.type().name());
    }
    return signature.toString();
  }

  /** {@code addTeam(Pod)}. */
  public String shortSignature() {
    var signature = new StringJoiner(", ", name + "(", ")");
    for (ParameterDescription parameter : parameters) {
      signature.add(parameter.type().simpleName());
    }
    return signature.toString();
  }
}
