/**
 * Admission by the webhooks of MutatingWebhookConfigurations and ValidatingWebhookConfigurations.
 *
 * <p>Imports {@code api}, {@code admission.match}, {@code io.usher.cel}, {@code io.usher.patch} and
 * {@code io.usher.admission}. Read {@link io.usher.apiserver.admission.webhook.MutatingWebhooks}
 * first.
 */
@NullMarked
package io.usher.apiserver.admission.webhook;

import org.jspecify.annotations.NullMarked;
