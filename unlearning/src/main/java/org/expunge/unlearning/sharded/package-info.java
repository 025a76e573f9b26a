/**
 * Sharded training (SISA): several models, each trained on its own share of the rows and slice by slice, so that a
 * deletion costs the retraining of a part of them.
 *
 * <p>Symbols: {@code S} shards, {@code L} slices a shard, {@code e} epochs of the recipe, {@code e_k} epochs of the
 * stage that adds slice {@code k}.
 *
 * <p>Start at {@link org.expunge.unlearning.sharded.ShardedRun}, which is a sharded training on disk;
 * {@link org.expunge.unlearning.sharded.ShardedTraining} is the algorithm.
 */
@NullMarked
package org.expunge.unlearning.sharded;

import org.jspecify.annotations.NullMarked;
