/**
 * Where objects are kept: versions that only rise, the history of changes, and the bytes of each
 * object. Knows nothing of types, schemas or requests; imports {@code api} for errors.
 *
 * <p>Read {@link io.usher.apiserver.storage.Storage} first.
 */
@NullMarked
package io.usher.apiserver.storage;

import org.jspecify.annotations.NullMarked;
