package org.expunge.cli.forget;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a removal is expected to cost.
 *
 * @param method how rows are forgotten
 * @param rowsTrained rows taken forward and backward, repetitions counted, references for verification included; null
 *     where the method decides that on its way
 * @param seconds wall time, from the rate that the run's own training had; null if either is not known
 * @param touched what is made anew, in words: the whole model, or which shards from which slice
 * @param budget what the proof's budget is before and after, in words; null where there is none
 * @param basis what the time rests on, in words
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Prediction(
        String method,
        @Nullable Long rowsTrained,
        @Nullable Double seconds,
        List<String> touched,
        @Nullable String budget,
        String basis) {
    /** Copies the list. */
    public Prediction {
        touched = List.copyOf(touched);
    }
}
