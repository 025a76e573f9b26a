/**
 * The CPU backend: float32, matrix products by OpenBLAS, everything else as Java loops that the JIT vectorises.
 *
 * <p>Start at {@link org.expunge.influence.compute.cpu.CpuCompute}. A buffer has two sides, an array on the Java heap
 * for the loops and memory outside it for BLAS; see {@link org.expunge.influence.compute.cpu.CpuBuffer} for when they
 * are made equal.
 */
@NullMarked
package org.expunge.influence.compute.cpu;

import org.jspecify.annotations.NullMarked;
