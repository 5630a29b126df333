/**
 * What Usher costs: JMH benchmarks of one review, and {@code make bench}, which measures the served
 * path against bare servers in the same run and holds each figure against its bar.
 *
 * <p>Nothing imports it. Read {@link io.usher.benchmarks.Bench} first.
 */
@NullMarked
package io.usher.benchmarks;

import org.jspecify.annotations.NullMarked;
