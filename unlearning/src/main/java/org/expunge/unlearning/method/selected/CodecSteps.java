package org.expunge.unlearning.method.selected;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.generalized.GeneralizedInfluence;
import org.expunge.influence.score.generalized.ParameterSelection;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.method.CandidateSearch;

/** The work of one {@link LCodec}: an answer for each damping, and steps along it until one will do. */
final class CodecSteps {
    private final Engine engine;
    private final LCodec.Options options;
    private final Model model;
    private final ForgetSet rows;
    private final ParameterSelection selection;
    private final CandidateSearch search;

    /** A change of the parameters, 0 but on the selection, and how it came about. */
    private static final class Answer {
        private final double[] change;
        private final String outcome;
        private final int products;
        private final double relativeResidual;

        Answer(double[] change, String outcome, int products, double relativeResidual) {
            this.change = change.clone();
            this.outcome = outcome;
            this.products = products;
            this.relativeResidual = relativeResidual;
        }
    }

    CodecSteps(
            Engine engine,
            LCodec.Options options,
            Model model,
            ForgetSet rows,
            ParameterSelection selection,
            CandidateSearch search) {
        this.engine = engine;
        this.options = options;
        this.model = model;
        this.rows = rows;
        this.selection = selection;
        this.search = search;
    }

    /** Takes the step of the paper, and returns how many rows curvature products took. */
    long asIntended() {
        double[] gradient = RemovalGradient.of(engine, model, rows, options.weightDecay());
        Dataset sample = options.curvatureRows() == 0
                ? rows.retain()
                : RowSample.of(
                        rows.retain(), options.curvatureRows(), options.search().seed());
        long products = 0;
        try (GaussNewton curvature = new GaussNewton(engine, model, sample, options.weightDecay())) {
            for (double damping : options.dampings()) {
                GeneralizedInfluence.Answer found = new GeneralizedInfluence(
                                GeneralizedInfluence.Kind.FROZEN, curvature.damped(damping), selection, options.solve())
                        .change(gradient);
                Answer answer = new Answer(
                        found.vector().toArray(),
                        found.solve().outcome(),
                        found.solve().products(),
                        found.solve().relativeResidual());
                products += answer.products;
                backtrack(damping, answer, gradient, rows.forget().size());
            }
        }
        return products * sample.size();
    }

    /** Takes the step of the released code, for the mean gradient of F and as if it were one row. */
    long asReleased(LCodec.TrainingEnd end) {
        double[] gradient = new PerExample(engine).meanGradient(model, rows.forget());
        ReleasedFormula formula = new ReleasedFormula(
                some(end.earlier().parameters()),
                some(end.later().parameters()),
                some(batchGradient(end.earlier(), end.batch(), 0)),
                some(batchGradient(end.later(), end.batch(), 1)),
                end.isSampleSquared());
        int n = rows.forget().size() + rows.retain().size();
        for (double damping : options.dampings()) {
            double[] change = all(formula.step(some(gradient), damping, n));
            backtrack(damping, new Answer(change, "closed form", 0, 0), gradient, 1);
        }
        return 0;
    }

    private double[] batchGradient(Model at, int batch, long draw) {
        Dataset all = rows.retain().concat(rows.forget());
        return new PerExample(engine)
                .meanGradient(at, RowSample.of(all, batch, options.search().seed() + draw));
    }

    private void backtrack(double damping, Answer answer, double[] gradient, int hidden) {
        int n = rows.forget().size() + rows.retain().size();
        double deviation = options.noise() == null ? 0 : options.noise().deviation(hidden, n, damping);
        double cosine = cosine(some(answer.change), some(gradient));
        LongestStep.search(options.steps(), step -> {
            double[] parameters = model.parameters();
            Arrays.setAll(parameters, i -> parameters[i] + step * answer.change[i]);
            addNoise(deviation, parameters);
            return search.consider(
                    new LCodec.Strength(
                            damping, step, cosine, deviation, answer.outcome, answer.products, answer.relativeResidual),
                    parameters);
        });
    }

    private void addNoise(double deviation, double[] parameters) {
        if (deviation > 0) {
            Random random = new Random(options.search().seed());
            for (int index : selection.indices()) {
                parameters[index] += deviation * random.nextGaussian();
            }
        }
    }

    private double[] some(double[] all) {
        return Arrays.stream(selection.indices()).mapToDouble(i -> all[i]).toArray();
    }

    private double[] all(double[] some) {
        double[] all = new double[selection.parameters()];
        int[] indices = selection.indices();
        for (int i = 0; i < indices.length; i++) {
            all[indices[i]] = some[i];
        }
        return all;
    }

    private static double cosine(double[] x, double[] y) {
        double dot = 0;
        for (int i = 0; i < x.length; i++) {
            dot += x[i] * y[i];
        }
        return dot / (ParameterVector.of(x).norm() * ParameterVector.of(y).norm());
    }
}
