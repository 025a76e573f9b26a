/**
 * The backend for NVIDIA GPUs: products by cuBLAS, everything else by kernels in CUDA C that NVRTC compiles for the GPU
 * at hand. Numbers are stored as float32.
 *
 * <p>Each thread works on a stream of its own; a buffer that goes from one thread to another is ordered by events.
 * Start at {@link org.expunge.influence.compute.cuda.CudaCompute}.
 */
@NullMarked
package org.expunge.influence.compute.cuda;

import org.jspecify.annotations.NullMarked;
