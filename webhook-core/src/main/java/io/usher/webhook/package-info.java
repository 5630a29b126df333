/**
 * One webhook of both phases: what the routes and the manifests are made from, so that they can't
 * drift apart.
 *
 * <p>Imports {@code rule} and what that imports. Read {@link io.usher.webhook.WebhookRegistration}
 * first.
 */
@NullMarked
package io.usher.webhook;

import org.jspecify.annotations.NullMarked;
