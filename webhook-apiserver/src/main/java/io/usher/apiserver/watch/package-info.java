/**
 * Streams of changes: what a watcher sees of a resource's history, and when its stream ends. A
 * watch holds no thread; a watcher that does not read is ended and holds nobody up. May import
 * {@code api} and {@code storage}.
 *
 * <p>Read {@link io.usher.apiserver.watch.Watches} first, then {@code WatchHub}, which tells all
 * watchers of one resource, and {@code Watcher}, one client's stream.
 */
@NullMarked
package io.usher.apiserver.watch;

import org.jspecify.annotations.NullMarked;
