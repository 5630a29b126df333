/**
 * Flags, environment and file to one typed configuration.
 *
 * <p>A {@link io.usher.config.Setting} is one key; it stands in the package of what it sets. A
 * {@link io.usher.config.Configuration} holds the values of any settings and knows where each came
 * from. Imports {@code json}; everything of webhook-server and {@code cli} may import it. Read
 * {@code Setting} first.
 */
@NullMarked
package io.usher.config;

import org.jspecify.annotations.NullMarked;
