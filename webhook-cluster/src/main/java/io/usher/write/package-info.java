/**
 * What is written to an API server about objects: Events.
 *
 * <p>It sends nothing itself. May import {@code engine} and what that may import; imported by
 * {@code handler} and {@code initializer}. Read {@link io.usher.write.EventRecorder}.
 */
@NullMarked
package io.usher.write;

import org.jspecify.annotations.NullMarked;
