package org.expunge.unlearning.method.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.DivergenceException;
import org.expunge.influence.training.EpochMetrics;
import org.expunge.influence.training.Objective;
import org.expunge.influence.training.Progress;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingState;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.UnlearningMethod;
import org.expunge.unlearning.UnlearningResult;
import org.expunge.unlearning.method.CandidateSearch;
import org.expunge.unlearning.method.SearchLog;

/** Trains one model on at each learning rate and offers the model after each epoch. Used once. */
final class TuningSearch {
    /** Says in reports what made a candidate. */
    @FunctionalInterface
    interface Strength {
        /**
         * Describes a candidate.
         *
         * @param learningRate the rate
         * @param epoch epochs done, from 1
         */
        Record of(double learningRate, int epoch);
    }

    private static final List<String> LIMITS = List.of(
            "Nothing is proved; verification says how much was forgotten.",
            "A normalisation that was fitted with the rows is kept; its means and scales still reflect them.");

    private final long start = System.nanoTime();
    private final Engine engine;
    private final Tuning tuning;
    private final Model model;
    private final CandidateSearch search;
    private final LongAdder trainedRows = new LongAdder();

    /** Trains a model on, and offers what comes of it to the guarded search. */
    TuningSearch(Engine engine, Tuning tuning, Model model, ForgetSet rows, Dataset validation) {
        this(engine, tuning, model, new CandidateSearch(engine, model, rows, validation, tuning.search()));
    }

    /** Trains a model on, and offers what comes of it to a search that began with that model. */
    TuningSearch(Engine engine, Tuning tuning, Model model, CandidateSearch search) {
        this.engine = engine;
        this.tuning = tuning;
        this.model = model;
        this.search = search;
    }

    /** Tries the rates at each weight of a phase. */
    void tune(ForgetPhase phase, DoubleFunction<Objective> objectives) {
        for (double alpha : phase.alphas()) {
            tune(objectives.apply(alpha), (rate, epoch) -> new ForgetPhase.Strength(alpha, rate, epoch));
        }
    }

    /** Tries the rates, smallest first, until one diverges. */
    void tune(Objective objective, Strength strength) {
        Dataset nothingToWatch = objective.data().select(new int[0]);
        for (double rate : tuning.learningRates()) {
            EpochEnds ends = new EpochEnds(strength, rate);
            try {
                new Trainer(engine, tuning.training(rate))
                        .train(model, new Counted(objective, trainedRows), nothingToWatch, ends);
            } catch (DivergenceException e) { // an outcome of the search: too high a rate
                search.diverged(strength.of(rate, ends.offered + 1));
                return;
            }
        }
    }

    SearchLog log() {
        return search.log();
    }

    /** Returns what the method does not do, and that it did nothing where that was so. */
    List<String> limits() {
        List<String> limits = new ArrayList<>(LIMITS);
        search.log().noOp().ifPresent(limits::add);
        return limits;
    }

    /**
     * Ends the search.
     *
     * @param details what to report
     * @param evaluatedRows rows taken forward beside the search's own
     */
    UnlearningResult result(UnlearningMethod method, Record details, long evaluatedRows) {
        return new UnlearningResult(
                search.bestModel(),
                search.outcome(),
                method.name(),
                method.guarantee(),
                details,
                new Cost(
                        (System.nanoTime() - start) * 1e-9,
                        trainedRows.sum(),
                        0,
                        evaluatedRows + search.evaluatedRows()));
    }

    /** Offers the model after each epoch. */
    private final class EpochEnds implements TrainingListener {
        private final Strength strength;
        private final double rate;
        private int ended;
        private int offered;

        EpochEnds(Strength strength, double rate) {
            this.strength = strength;
            this.rate = rate;
        }

        @Override
        public void onEpoch(EpochMetrics metrics) {
            ended = metrics.epoch();
        }

        @Override
        public void onStep(Progress progress, Supplier<TrainingState> state) {
            if (ended > offered) {
                search.consider(strength.of(rate, ended), state.get().model());
                offered = ended;
            }
        }
    }

    /** Counts the rows that an objective is asked about. */
    private record Counted(Objective objective, LongAdder rows) implements Objective {
        @Override
        public Dataset data() {
            return objective.data();
        }

        @Override
        public int steps(int epoch) {
            return objective.steps(epoch);
        }

        @Override
        public int largestMinibatch() {
            return objective.largestMinibatch();
        }

        @Override
        public Epoch epoch(int epoch) {
            Epoch counted = objective.epoch(epoch);
            return new Epoch(counted.minibatches(), (pass, minibatch, from, values) -> {
                rows.add(pass.batch());
                counted.loss().differentiate(pass, minibatch, from, values);
            });
        }
    }
}
