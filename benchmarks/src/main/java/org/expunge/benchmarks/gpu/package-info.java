/**
 * What is known of the CUDA backend, with a GPU and without.
 *
 * <p>{@link org.expunge.benchmarks.gpu.GpuBenchmark} is the program that a GPU machine is given: it compares a backend
 * with the reference, kernel by kernel and network by network, and only then takes times.
 * {@link org.expunge.benchmarks.gpu.KernelStudy} says what the compiler makes of the kernels, for which no GPU is
 * needed.
 */
@NullMarked
package org.expunge.benchmarks.gpu;

import org.jspecify.annotations.NullMarked;
