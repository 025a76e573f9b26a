/** What can be said about the CUDA kernels where there is no GPU: what the compiler makes of them. */
@NullMarked
package org.expunge.benchmarks.gpu;

import org.jspecify.annotations.NullMarked;
