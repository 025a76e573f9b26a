/**
 * The program that a GPU machine is given: it compares a backend with the reference, kernel by kernel and network by
 * network, and only then takes times.
 *
 * <p>Start at {@link org.expunge.benchmarks.gpu.GpuBenchmark}.
 */
@NullMarked
package org.expunge.benchmarks.gpu;

import org.jspecify.annotations.NullMarked;
