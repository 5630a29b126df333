/**
 * Flags, environment and file to one typed configuration.
 *
 * <p>A {@link io.usher.config.Setting} is one key with its parser; {@link
 * io.usher.config.ServeSettings} lists them; a {@link io.usher.config.Configuration} holds their
 * values and knows where each came from. Imports webhook-core and libraries; imported by {@code
 * cli}. Read {@code ServeSettings} first.
 */
@NullMarked
package io.usher.config;

import org.jspecify.annotations.NullMarked;
