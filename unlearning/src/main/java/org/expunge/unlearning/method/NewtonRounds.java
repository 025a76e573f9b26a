package org.expunge.unlearning.method;

import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.DivergenceException;
import org.expunge.influence.training.Trainer;
import org.expunge.influence.training.TrainingListener;
import org.expunge.influence.training.TrainingOptions;
import org.expunge.unlearning.Cost;
import org.expunge.unlearning.ForgetSet;
import org.expunge.unlearning.inversion.Inversion;
import org.expunge.unlearning.inversion.Linearization;
import org.expunge.unlearning.method.InfluenceRemoval.RightHandSide;
import org.expunge.unlearning.method.InfluenceRemoval.Strength;

/** The work of one {@link InfluenceRemoval}: a direction for each damping, and steps along it until one will do. */
final class NewtonRounds {
    private final Engine engine;
    private final InfluenceRemoval.Options options;
    private final ForgetSet rows;
    private final CandidateSearch search;
    private final long start = System.nanoTime();
    private long trainedRows;
    private long productRows;

    NewtonRounds(Engine engine, InfluenceRemoval.Options options, Model model, ForgetSet rows, Dataset validation) {
        this.engine = engine;
        this.options = options;
        this.rows = rows;
        this.search = isRemoval()
                ? new CandidateSearch(engine, model, rows, validation, options.search())
                : new CandidateSearch(engine, model, rows, validation, options.search(), this::flatness);
    }

    /** How near the gradient of what remains is to 0. */
    private double flatness(Model model, CandidateFigures figures) {
        return -ParameterVector.of(rightHandSide(model)).norm();
    }

    private boolean isRemoval() {
        return options.rightHandSide() == RightHandSide.REMOVED_ROWS;
    }

    /** Goes on from the best candidate so far, until a round finds none that is better. */
    void run() {
        for (int round = 1; round <= options.rounds(); round++) {
            Model from = search.bestModel();
            for (Inversion.Solution solution : directions(from)) {
                backtrack(round, from, solution);
            }
            if (search.bestModel() == from) {
                return;
            }
        }
    }

    private List<Inversion.Solution> directions(Model from) {
        Linearization at = new Linearization(engine, from, rows.retain(), options.weightDecay());
        Inversion inversion = options.inverter().invert(at, rightHandSide(from), options.dampings());
        productRows += (long) inversion.products() * rows.retain().size();
        trainedRows += (long) inversion.gradientPasses() * rows.retain().size();
        return inversion.solutions();
    }

    private double[] rightHandSide(Model from) {
        Dataset data = isRemoval() ? rows.forget() : rows.retain();
        double[] sum = new PerExample(engine).sumGradient(from, data);
        options.weightDecay().addProduct(from.network(), data.size(), from.parameters(), sum);
        double factor = (isRemoval() ? 1.0 : -1.0) / rows.retain().size();
        for (int i = 0; i < sum.length; i++) {
            sum[i] *= factor;
        }
        trainedRows += data.size();
        return sum;
    }

    /** Tries the steps at one damping, longest first, each also repaired, until one is acceptable. */
    private void backtrack(int round, Model from, Inversion.Solution solution) {
        double[] direction = solution.direction().toArray();
        for (double step : options.steps()) {
            Strength strength = Strength.of(round, solution, step);
            double[] parameters = from.parameters();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += step * direction[i];
            }
            Candidate raw = search.consider(strength, parameters);
            if (raw.isAcceptable() || (isRepairable(raw) && repair(strength, from.withParameters(parameters)))) {
                return;
            }
        }
    }

    private boolean isRepairable(Candidate raw) {
        return options.repairEpochs() > 0
                && (raw.decision() == Candidate.Decision.UTILITY_FELL
                        || raw.decision() == Candidate.Decision.NOT_SELECTIVE
                        || raw.decision() == Candidate.Decision.OVER_FORGOTTEN);
    }

    private boolean repair(Strength raw, Model moved) {
        Strength strength = raw.repaired(options.repairEpochs());
        TrainingOptions training = options.repair()
                .withEpochs(options.repairEpochs())
                .withL2(options.weightDecay().l2());
        Dataset none = rows.retain().select(new int[0]);
        trainedRows += (long) options.repairEpochs() * rows.retain().size();
        try {
            Model repaired = new Trainer(engine, training)
                    .train(moved, rows.retain(), none, TrainingListener.NONE)
                    .model();
            return search.consider(strength, repaired).isAcceptable();
        } catch (DivergenceException e) {
            return search.diverged(strength).isAcceptable();
        }
    }

    CandidateSearch search() {
        return search;
    }

    Cost cost() {
        return new Cost((System.nanoTime() - start) * 1e-9, trainedRows, productRows, search.evaluatedRows());
    }
}
