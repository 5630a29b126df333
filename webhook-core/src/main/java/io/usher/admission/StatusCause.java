package io.usher.admission;

/**
 * One reason of a denial, which kubectl prints on a line of its own as {@code field: message}.
 *
 * @param reason a machine-readable word, {@code FieldValueRequired}, or empty
 * @param message what a person reads
 * @param field the field as Kubernetes writes it, {@code spec.containers[0].image}
 */
public record StatusCause(String reason, String message, String field) {}
