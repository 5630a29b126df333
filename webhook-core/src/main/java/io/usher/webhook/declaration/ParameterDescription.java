package io.usher.webhook.declaration;

/**
 * A parameter of a rule.
 *
 * @param type its erased type
 * @param old whether it is marked {@code @OldObject}
 */
public record ParameterDescription(TypeDescription type, boolean old) {}
