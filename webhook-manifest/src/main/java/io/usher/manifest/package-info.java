/**
 * YAML from {@code WebhookRegistration}s: the webhook configurations, the server they call, and how
 * both get into a cluster (plain YAML, kustomize, Helm).
 *
 * <p>Everything is made of one model, the objects in {@code ServerObjects}, {@code
 * WebhookConfigurations}, {@code CertificateObjects}, {@code AuthorityObjects} and {@code
 * MonitoringObjects}; the same input gives the same bytes. Imports webhook-core and fabric8's
 * model; imported by {@code cli}. Read {@link io.usher.manifest.Manifests} first.
 */
@NullMarked
package io.usher.manifest;

import org.jspecify.annotations.NullMarked;
