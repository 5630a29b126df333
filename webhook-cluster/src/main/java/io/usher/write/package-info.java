/**
 * What is written to an API server about objects: the patch that makes one object of another, and
 * Events.
 *
 * <p>It sends nothing itself. May import {@code engine} and what that may import; imported by
 * {@code handler} and {@code initializer}. Read {@link io.usher.write.MergePatch} and {@link
 * io.usher.write.EventRecorder}.
 */
@NullMarked
package io.usher.write;

import org.jspecify.annotations.NullMarked;
