package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionResource;

/**
 * A live read that passed the checks.
 *
 * @param description as it is written
 * @param resource what is asked for
 * @param subresource {@code proxy} or empty
 */
public record LiveReadDeclaration(
    LiveReadDescription description, GroupVersionResource resource, String subresource) {}
