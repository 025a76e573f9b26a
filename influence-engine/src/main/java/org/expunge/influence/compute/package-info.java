/**
 * Device buffers and the kernels that every layer is written in.
 *
 * <p>Start at {@link org.expunge.influence.compute.Compute}: it hands out {@link org.expunge.influence.compute.Buffer
 * buffers} and the kernel families. A backend is one implementation: {@code compute.reference} (double, plain loops,
 * the oracle) and {@code compute.cpu} (float32, OpenBLAS).
 *
 * <p><b>Layout.</b> A tile of {@code B} examples is stored <em>feature-major with the batch innermost</em>: element
 * {@code (f, b)} lies at {@code f · B + b}. A feature of an image is {@code (channel, row, column)} in that order, so
 * an image tile is {@code [C, H, W, B]}. Hence a convolution is one matrix product over {@code out · B} columns,
 * flattening is free, every element-wise loop runs over contiguous memory, and im2col copies runs of at least {@code B}
 * numbers. Matrices are row-major.
 *
 * <p>Symbols: {@code B} examples in the tile, {@code C, H, W} channels, height and width, {@code K} outputs of the
 * network, {@code z} the input of an activation or loss (pre-activation, logits), {@code δ} the derivative of the loss
 * with respect to some activation.
 */
@NullMarked
package org.expunge.influence.compute;

import org.jspecify.annotations.NullMarked;
