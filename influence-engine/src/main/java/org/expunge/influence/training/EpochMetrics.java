package org.expunge.influence.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How an epoch went.
 *
 * @param epoch the epoch, from 1
 * @param iteration steps done at its end
 * @param learningRate η of its last step
 * @param trainingLoss mean over the epoch's rows of the loss before each row's own step, with dropout and batch
 *     statistics, without L2
 * @param validation the validation rows in inference at the epoch's end; null if there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EpochMetrics(
        int epoch,
        int iteration,
        double learningRate,
        double trainingLoss,
        @Nullable Metrics validation) {}
