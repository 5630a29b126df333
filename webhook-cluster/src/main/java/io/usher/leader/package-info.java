/**
 * Which replica of a controller works: the one that holds a Lease.
 *
 * <p>{@code Term} is the time from getting the Lease to losing it, {@code ObservedLock} tells it of
 * each renewal, and {@link io.usher.leader.LeaderElection} runs the tasks while it lasts. fabric8's
 * leader election asks for the Lease; that it is lost when it could not be renewed in time,
 * whatever the network and the wall clock do, is decided here.
 *
 * <p>Imports {@code engine}, {@code connection} and fabric8's client; imported by {@code handler},
 * {@code initializer} and {@code server}. Read {@link io.usher.leader.LeaderTask} first.
 */
@NullMarked
package io.usher.leader;

import org.jspecify.annotations.NullMarked;
