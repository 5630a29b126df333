/**
 * What patches cost. Nothing imports it. Read {@link io.usher.benchmarks.patch.DiffBenchmark}
 * first.
 */
@NullMarked
package io.usher.benchmarks.patch;

import org.jspecify.annotations.NullMarked;
