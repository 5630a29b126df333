/**
 * A stand-in for an API server: reads manifests, sends each to a running webhook over TLS as an API
 * server would, and tells what came of it.
 *
 * <p>Imported by {@code cli} alone; imports webhook-core. Read {@link
 * io.usher.cli.local.LocalApiServer} first.
 */
@NullMarked
package io.usher.cli.local;

import org.jspecify.annotations.NullMarked;
