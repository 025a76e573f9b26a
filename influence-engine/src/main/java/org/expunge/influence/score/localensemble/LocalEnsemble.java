package org.expunge.influence.score.localensemble;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.WorkLimits;

/**
 * Local ensembles: models that differ in directions where the training loss is flat fit the rows alike; where they
 * disagree about an input, the rows do not determine the prediction. To first order their standard deviation is
 * {@code E_m = ‖g − U_m U_mᵀ g‖} per unit of perturbation.
 *
 * <p><b>Shapes.</b> n inputs give n scores for each m from 0 to the number of directions.
 *
 * <p><b>Units.</b> Output per parameter. Comparable between inputs at the same m and model alone.
 *
 * <p><b>Accuracy.</b> Gradients are in the compute's precision, what is left of them double.
 *
 * <p><b>Cost.</b> A forward and backward pass over the inputs (for each class with {@link Prediction#ANY_LABEL}) and
 * {@code 4 m p} FLOP each; gradients are written out, 8 p bytes each of a block.
 *
 * <p><b>Source.</b> D. Madras, J. Atwood, A. D'Amour, "Detecting Extrapolation with Local Ensembles", ICLR 2020. Their
 * Hessian products are over other rows each time; here the operator is one.
 */
public final class LocalEnsemble {
    /** What is differentiated. */
    public enum Prediction {
        /** The logit of the label that the input carries, or the output of a regression: it does not saturate. */
        LOGIT,
        /** The loss with each label in turn; the smallest score of all labels counts. Softmax only. */
        ANY_LABEL
    }

    private final Engine engine;
    private final Model model;
    private final CurvedDirections directions;
    private final Prediction prediction;
    private final WorkLimits limits;

    /**
     * Judges inputs of one model.
     *
     * @param engine where to compute
     * @param model the model
     * @param directions of the Hessian of the mean training loss at that model
     * @param prediction what is differentiated
     * @param limits memory for gradients, beside the directions
     */
    public LocalEnsemble(
            Engine engine, Model model, CurvedDirections directions, Prediction prediction, WorkLimits limits) {
        int p = model.network().layout().length();
        checkArgument(
                directions.dimension() == p, "directions of %s numbers for %s parameters", directions.dimension(), p);
        checkArgument(
                prediction != Prediction.ANY_LABEL || model.network().loss() == Loss.SOFTMAX_CROSS_ENTROPY,
                "any label needs softmax classes, but the network ends in %s",
                model.network().loss());
        this.engine = engine;
        this.model = model;
        this.directions = directions;
        this.prediction = prediction;
        this.limits = limits;
    }

    /**
     * Returns how many inputs are worked on at a time.
     *
     * @throws IllegalArgumentException if the memory allowed does not do for one
     */
    public int inputsAtOnce() {
        long fixed = MemoryPlan.passBytes(engine, model.network());
        long gradient = 2L * Double.BYTES * model.network().layout().length();
        limits.check(fixed + gradient);
        return (int) Math.min(limits.rowsPerBlock(), (limits.maxBytes() - fixed) / gradient);
    }

    /** Returns {@code E_m} of each input: first index m, from 0 to the number of directions. */
    public double[][] scores(Dataset inputs) {
        double[][] scores = new double[directions.size() + 1][inputs.size()];
        int block = inputsAtOnce();
        for (int from = 0; from < inputs.size(); from += block) {
            int[] rows =
                    IntStream.range(from, Math.min(inputs.size(), from + block)).toArray();
            addBlock(inputs.select(rows), from, scores);
        }
        return scores;
    }

    private void addBlock(Dataset inputs, int from, double[][] scores) {
        if (prediction == Prediction.LOGIT) {
            write(new PerExample(engine, Output.LOGIT).gradients(model, inputs), from, scores, true);
            return;
        }
        int classes = model.network().outputs();
        for (int c = 0; c < classes; c++) {
            int[] labels = new int[inputs.size()];
            Arrays.fill(labels, c);
            Dataset labelled = inputs.withTargets(Targets.classes(labels, classes));
            write(new PerExample(engine).gradients(model, labelled), from, scores, c == 0);
        }
    }

    /** Keeps the smaller score, unless it is the first. */
    private void write(double[][] gradients, int from, double[][] scores, boolean isFirst) {
        engine.workers().run(gradients.length, (worker, i) -> {
            double[] remainders = directions.remainders(gradients[i]);
            for (int m = 0; m < remainders.length; m++) {
                scores[m][from + i] = isFirst ? remainders[m] : Math.min(scores[m][from + i], remainders[m]);
            }
        });
    }
}
