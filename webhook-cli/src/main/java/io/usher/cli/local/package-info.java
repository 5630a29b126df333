/**
 * Reads manifests, sends each to an embedded API server as kubectl would, with rules as the
 * server's webhooks, and tells what came of it.
 *
 * <p>Imported by {@code cli} alone; imports webhook-apiserver, webhook-engine and {@code json}.
 * Read {@link io.usher.cli.local.LocalApiServer} first.
 */
@NullMarked
package io.usher.cli.local;

import org.jspecify.annotations.NullMarked;
