package org.expunge.cli.method;

import java.io.IOException;
import java.util.function.Function;
import org.expunge.influence.score.Estimator;

/** What a method is going to compute: its options are read, its costs not yet spent. */
public sealed interface Plan {
    /** Makes something that scores; may fit a curvature first. */
    @FunctionalInterface
    interface Recipe<T> {
        /**
         * Makes it.
         *
         * @param bench closes what is opened on the way
         * @throws IOException if something that is needed cannot be read
         */
        T on(Bench bench) throws IOException;
    }

    /** Handles whichever plan this is; a kind without a handler does not compile. */
    <T> T match(Function<Table, T> table, Function<Rows, T> rows);

    /**
     * A score for each training row and input.
     *
     * @param recipe makes the estimator
     */
    record Table(Recipe<Estimator> recipe) implements Plan {
        @Override
        public <T> T match(Function<Table, T> table, Function<Rows, T> rows) {
            return table.apply(this);
        }
    }

    /**
     * A score for each training row, without any input.
     *
     * @param meaning what a large score says
     * @param recipe computes the scores of the bench's rows, in their order
     */
    record Rows(String meaning, Recipe<double[]> recipe) implements Plan {
        @Override
        public <T> T match(Function<Table, T> table, Function<Rows, T> rows) {
            return rows.apply(this);
        }
    }
}
