package io.usher.observe;

import io.usher.rule.Phase;
import org.jspecify.annotations.Nullable;

/**
 * What reviews are posted to: one kind of review of one webhook.
 *
 * @param kind of review: {@code admission}, {@code authentication}, {@code authorization}
 * @param webhook its qualified name
 * @param phase of an admission review, null for other kinds
 */
public record Endpoint(String kind, String webhook, @Nullable Phase phase) {}
