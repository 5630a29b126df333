/**
 * Storage in a file for one process: what {@code storage.memory} holds, kept by SQLite.
 *
 * <p>The only package that imports SQLite; of Usher's it imports {@code storage}, {@code
 * storage.memory} and {@code api}. Read {@link io.usher.apiserver.storage.file.FileStorage} first.
 */
@NullMarked
package io.usher.apiserver.storage.file;

import org.jspecify.annotations.NullMarked;
