package org.expunge.cli.method;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.group.GroupEffect;
import org.expunge.influence.score.target.TargetScores;

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
    <T> T match(
            Function<? super Table, ? extends T> table,
            Function<? super Rows, ? extends T> rows,
            Function<? super Aim, ? extends T> aim,
            Function<? super Groups, ? extends T> groups,
            Function<? super PerInput, ? extends T> inputs,
            Function<? super Features, ? extends T> features);

    /**
     * A score for each training row and input.
     *
     * @param recipe makes the estimator
     */
    record Table(Recipe<Estimator> recipe) implements Plan {
        @Override
        public <T> T match(
                Function<? super Table, ? extends T> table,
                Function<? super Rows, ? extends T> rows,
                Function<? super Aim, ? extends T> aim,
                Function<? super Groups, ? extends T> groups,
                Function<? super PerInput, ? extends T> inputs,
                Function<? super Features, ? extends T> features) {
            return table.apply(this);
        }
    }

    /** Scores rows by themselves. */
    @FunctionalInterface
    interface RowScorer {
        /** Returns a score for each row. */
        double[] scores(Dataset rows);
    }

    /**
     * A score for each training row, without any input.
     *
     * @param meaning what a large score says
     * @param isRowByRow whether a row's score depends on no other row that is scored with it
     * @param recipe makes what scores
     */
    record Rows(String meaning, boolean isRowByRow, Recipe<RowScorer> recipe) implements Plan {
        @Override
        public <T> T match(
                Function<? super Table, ? extends T> table,
                Function<? super Rows, ? extends T> rows,
                Function<? super Aim, ? extends T> aim,
                Function<? super Groups, ? extends T> groups,
                Function<? super PerInput, ? extends T> inputs,
                Function<? super Features, ? extends T> features) {
            return rows.apply(this);
        }
    }

    /** Scores training rows for a number that some inputs have together. */
    @FunctionalInterface
    interface Aimed {
        /** Scores rows, each by itself. */
        TargetScores at(Dataset rows, Dataset inputs);
    }

    /**
     * A score for each training row and a number that all inputs have together.
     *
     * @param recipe makes what scores
     */
    record Aim(Recipe<Aimed> recipe) implements Plan {
        @Override
        public <T> T match(
                Function<? super Table, ? extends T> table,
                Function<? super Rows, ? extends T> rows,
                Function<? super Aim, ? extends T> aim,
                Function<? super Groups, ? extends T> groups,
                Function<? super PerInput, ? extends T> inputs,
                Function<? super Features, ? extends T> features) {
            return aim.apply(this);
        }
    }

    /** Predicts what removing many rows at once does. */
    interface Removal {
        /** Predicts the change of the parameters; rows are indices in the bench's rows. */
        GroupEffect effect(int[] rows);

        /** Predicts how much each input's loss rises. */
        double[] rises(GroupEffect effect, Dataset inputs);
    }

    /**
     * A predicted rise for each group of training rows and input.
     *
     * @param files one a group, with one id of a row a line
     * @param recipe makes what predicts
     */
    record Groups(List<Path> files, Recipe<Removal> recipe) implements Plan {
        /** Copies the list. */
        public Groups {
            files = List.copyOf(files);
        }

        @Override
        public <T> T match(
                Function<? super Table, ? extends T> table,
                Function<? super Rows, ? extends T> rows,
                Function<? super Aim, ? extends T> aim,
                Function<? super Groups, ? extends T> groups,
                Function<? super PerInput, ? extends T> inputs,
                Function<? super Features, ? extends T> features) {
            return groups.apply(this);
        }
    }

    /** Scores inputs by themselves. */
    @FunctionalInterface
    interface InputScorer {
        /** Returns a score for each input. */
        double[] scores(Dataset inputs);
    }

    /**
     * A score for each input.
     *
     * @param meaning what a large score says
     * @param recipe makes what scores
     */
    record PerInput(String meaning, Recipe<InputScorer> recipe) implements Plan {
        @Override
        public <T> T match(
                Function<? super Table, ? extends T> table,
                Function<? super Rows, ? extends T> rows,
                Function<? super Aim, ? extends T> aim,
                Function<? super Groups, ? extends T> groups,
                Function<? super PerInput, ? extends T> inputs,
                Function<? super Features, ? extends T> features) {
            return inputs.apply(this);
        }
    }

    /**
     * A derivative for each input, training row and feature of the row.
     *
     * @param solvers gives a new solver for each run
     */
    record Features(Recipe<Supplier<QuerySolver>> solvers) implements Plan {
        @Override
        public <T> T match(
                Function<? super Table, ? extends T> table,
                Function<? super Rows, ? extends T> rows,
                Function<? super Aim, ? extends T> aim,
                Function<? super Groups, ? extends T> groups,
                Function<? super PerInput, ? extends T> inputs,
                Function<? super Features, ? extends T> features) {
            return features.apply(this);
        }
    }
}
