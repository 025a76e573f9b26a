package org.expunge.unlearning.verify;

import org.jspecify.annotations.Nullable;

/**
 * How near a model comes to the first retrained one.
 *
 * @param model which model; {@code before} and a second retraining are the floors of the others
 * @param measure what {@code distance} is
 * @param distance mean over F of the distance between the two models' predictions; 0 for the same predictions
 * @param tow tug of war, {@code Π over F, R, T of (1 − |difference of accuracies|)}, 1 at best; null for regression
 */
public record Closeness(
        String model,
        String measure,
        double distance,
        @Nullable Double tow) {}
