package org.expunge.benchmarks.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.curvature.damping.TrainingLength;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Normalizer;
import org.expunge.influence.data.Partition;
import org.expunge.influence.data.StratifiedSplit;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.Cosine;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TracInCp;
import org.expunge.influence.score.TrajectoryEstimator;
import org.expunge.influence.score.automatic.AutomaticInfluence;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Recipe;
import org.expunge.influence.training.Retrainer;

/** The embedded digits, a small network for them, and the methods that the studies compare. */
final class DigitsSetting implements AutoCloseable {
    private static final double L2 = 1e-4;
    /** Best of a grid on another split; see docs/methods/influence-functions.md. */
    static final double DAMPING = 0.01;

    private final Engine engine;
    private final Recipe recipe;
    private final Dataset train;
    private final Dataset test;

    private DigitsSetting(Engine engine, Recipe recipe, Dataset train, Dataset test) {
        this.engine = engine;
        this.recipe = recipe;
        this.train = train;
        this.test = test;
    }

    /**
     * Opens it.
     *
     * @param seed decides the split
     * @param epochs how long models are trained
     */
    static DigitsSetting open(long seed, int epochs) throws IOException {
        Partition raw =
                new StratifiedSplit(0, 0.2, seed).split(DataSpec.parse("digits").load());
        Normalizer normalizer = Normalizer.fit(raw.train(), Normalizer.Options.parse("scale:16"));
        Recipe recipe = Recipe.parse(
                "{seed: " + seed + ", data: {source: digits}, "
                        + "model: {preset: mlp, hidden: [64, 64], initializer: relu}, training: {optimizer: {kind: sgd}, "
                        + "schedule: {kind: constant, learningRate: 0.1}, batchSize: 32, l2: " + L2 + ", epochs: "
                        + epochs + ", checkpoints: {unit: epochs, interval: " + epochs / 5.0 + ", atMost: 6}}}",
                "study");
        Engine engine = new Engine(Backends.create("cpu"), Workers.perProcessor(), 32);
        return new DigitsSetting(engine, recipe, normalizer.apply(raw.train()), normalizer.apply(raw.test()));
    }

    Engine engine() {
        return engine;
    }

    Recipe recipe() {
        return recipe;
    }

    Dataset train() {
        return train;
    }

    /** The first test rows. */
    Dataset queries(int count) {
        return test.select(IntStream.range(0, count).toArray());
    }

    Dataset none() {
        return train.select(new int[0]);
    }

    /** Checkpoints of a training; the last holds the model. */
    List<Checkpoint> trained(Dataset rows, long seed) {
        List<Checkpoint> all =
                new Retrainer(engine, recipe).retrain(rows, none(), seed).checkpoints();
        return all.stream().filter(c -> c.iteration() > 0).toList();
    }

    static Model last(List<Checkpoint> checkpoints) {
        return checkpoints.get(checkpoints.size() - 1).model();
    }

    /** What scores a method gives: rows of a table, by query. */
    interface Scoring {
        double[][] of(Estimator estimator);
    }

    /** Scores of the usual methods, in the order of a table. */
    Map<String, double[][]> scores(List<Checkpoint> checkpoints, Dataset queries) {
        Model model = last(checkpoints);
        TrajectoryEstimator.Options cut = TrajectoryEstimator.Options.DEFAULT;
        Scoring scoring = estimator -> table(estimator, queries);
        Map<String, double[][]> scores = new LinkedHashMap<>();
        scores.put("inner product", scoring.of(new InnerProduct(engine, model, cut)));
        scores.put("cosine", scoring.of(new Cosine(engine, model, cut)));
        scores.put(
                "TracInCP " + checkpoints.size() + " checkpoints", scoring.of(new TracInCp(engine, checkpoints, cut)));
        Ekfac ekfac = Ekfac.fit(engine, model, train, Kfac.Options.DEFAULT);
        DampingRule tenth = DampingRule.relativeToMean(0.1);
        try (KroneckerInverse kfacInverse = ekfac.factors().inverse(engine.compute(), tenth);
                KroneckerInverse inverse = ekfac.inverse(engine.compute(), tenth);
                KroneckerInverse guide = ekfac.inverse(engine.compute(), DampingRule.fixed(DAMPING));
                GaussNewton curvature = new GaussNewton(engine, model, train)) {
            scores.put("K-FAC", scoring.of(closedForm(model, kfacInverse)));
            scores.put("EK-FAC", scoring.of(closedForm(model, inverse)));
            for (int products : new int[] {2, 5}) {
                CurvatureSystem system = new CurvatureSystem(
                                curvature, DAMPING, new ConjugateGradient.Options(1e-8, products))
                        .preconditionedBy(guide);
                scores.put(
                        "EK-FAC-preconditioned CG " + products + " products",
                        scoring.of(new InfluenceFunction(engine, model, system, InfluenceFunction.Options.DEFAULT)));
            }
            scores.put("damped Gauss-Newton", scoring.of(solved(model, curvature, guide, DAMPING)));
        }
        Optional<TrainingLength> length = TrainingLength.of(recipe.training(), train.size());
        try (AutomaticInfluence automatic = AutomaticInfluence.fit(
                engine, model, train, length, new WeightDecay(L2), AutomaticInfluence.Options.DEFAULT)) {
            scores.put("the default", scoring.of(automatic));
        }
        return scores;
    }

    InfluenceFunction closedForm(Model model, KroneckerInverse inverse) {
        return new InfluenceFunction(engine, model, inverse, InfluenceFunction.Options.DEFAULT);
    }

    InfluenceFunction solved(Model model, GaussNewton curvature, KroneckerInverse guide, double damping) {
        CurvatureSystem system = new CurvatureSystem(curvature, damping, new ConjugateGradient.Options(1e-3, 100))
                .preconditionedBy(guide);
        return new InfluenceFunction(engine, model, system, InfluenceFunction.Options.DEFAULT);
    }

    double[][] table(Estimator estimator, Dataset queries) {
        var scores = estimator.score(train, queries);
        return IntStream.range(0, queries.size()).mapToObj(scores::row).toArray(double[][]::new);
    }

    @Override
    public void close() {
        engine.close();
    }
}
