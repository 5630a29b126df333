/**
 * Storage in this process' memory, with or without a {@link io.usher.apiserver.storage.Journal}
 * that keeps it over restarts.
 *
 * <p>Read {@link io.usher.apiserver.storage.memory.MemoryStorage} first, then {@code ResourceLog},
 * one resource's objects and history.
 */
@NullMarked
package io.usher.apiserver.storage.memory;

import org.jspecify.annotations.NullMarked;
