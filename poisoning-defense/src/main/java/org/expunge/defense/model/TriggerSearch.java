package org.expunge.defense.model;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;

/**
 * One label's search of {@link NeuralCleanse}: Adam on the logits of mask and pattern, with a cost of the mask that
 * grows while the trigger works and falls while it does not.
 */
final class TriggerSearch {
    /** Adam's, as in the source. */
    private static final double BETA1 = 0.5;

    private static final double BETA2 = 0.9;
    private static final double EPSILON = 1e-8;

    private static final double START_COST = 1e-3;
    private static final double RAISE = 1.5;
    private static final double LOWER = 1.5 * Math.sqrt(1.5);
    private static final int PATIENCE = 5;

    private final NeuralCleanse.Options options;
    private final Dataset rows;
    private final int label;
    private final int area;
    private final double[] low;
    private final double[] span;

    private final double[] logits;
    private final double[] mask;
    private final double[] pattern;
    private final double[] first;
    private final double[] second;
    private double cost = START_COST;
    private int ups;
    private int downs;
    private double bestNorm = Double.POSITIVE_INFINITY;
    private double bestSuccess;
    private double[] bestMask;
    private double[] bestPattern;

    /** Rows are of other classes, with the label that is sought as their target. */
    TriggerSearch(NeuralCleanse.Options options, ValueRange range, Dataset rows, int label) {
        this.options = options;
        this.rows = rows;
        this.label = label;
        int width = rows.shape().length();
        this.area = rows.shape().isFlat()
                ? width
                : rows.shape().height() * rows.shape().width();
        this.low = range.low();
        this.span = range.high();
        Arrays.setAll(span, j -> span[j] - low[j]);
        Random random = new Random(options.seed() + label);
        this.logits = new double[area + width];
        Arrays.setAll(logits, p -> p < area ? -2 + 0.1 * random.nextGaussian() : random.nextGaussian());
        this.mask = new double[area];
        this.pattern = new double[width];
        this.first = new double[logits.length];
        this.second = new double[logits.length];
        this.bestMask = mask;
        this.bestPattern = pattern;
    }

    ReversedTrigger run(Engine single, Weights weights) {
        try (Passes passes = new Passes(single, weights, true)) {
            for (int step = 1; step <= options.steps(); step++) {
                place();
                double[] gradient = new double[logits.length];
                double success = gradient(passes, gradient);
                keep(success);
                move(gradient, step);
                adapt(success >= options.success());
            }
        }
        boolean isFound = Double.isFinite(bestNorm);
        return new ReversedTrigger(
                label,
                isFound ? bestNorm : area,
                bestSuccess,
                Arrays.stream(bestMask).boxed().toList(),
                Arrays.stream(bestPattern).boxed().toList());
    }

    private void place() {
        for (int p = 0; p < area; p++) {
            mask[p] = sigmoid(logits[p]);
        }
        for (int j = 0; j < pattern.length; j++) {
            pattern[j] = low[j] + span[j] * sigmoid(logits[area + j]);
        }
    }

    /** Adds the gradient of the mean loss and of the cost; returns the share of rows that the trigger turns. */
    private double gradient(Passes passes, double[] gradient) {
        int[] turned = {0};
        double scale = 1.0 / rows.size();
        passes.forEachTile(rows.withFeatures(new Stamped(rows.features())), (worker, pass, from) -> {
            double[][] predictions = pass.predictions();
            for (double[] prediction : predictions) {
                turned[0] += Answers.label(prediction) == label ? 1 : 0;
            }
            pass.lossDelta();
            pass.backward((node, layer, slot) -> {});
            double[][] deltas = pass.inputDelta();
            for (int b = 0; b < deltas.length; b++) {
                double[] row = rows.row(from + b);
                for (int j = 0; j < row.length; j++) {
                    int p = j % area;
                    double delta = scale * deltas[b][j];
                    gradient[p] += delta * (pattern[j] - row[j]);
                    gradient[area + j] += delta * mask[p];
                }
            }
        });
        for (int p = 0; p < area; p++) {
            gradient[p] = (gradient[p] + cost) * mask[p] * (1 - mask[p]);
        }
        for (int j = 0; j < pattern.length; j++) {
            double s = sigmoid(logits[area + j]);
            gradient[area + j] *= span[j] * s * (1 - s);
        }
        return turned[0] * scale;
    }

    private void keep(double success) {
        double norm = Arrays.stream(mask).sum();
        boolean works = success >= options.success();
        boolean isBetter = works ? norm < bestNorm : Double.isInfinite(bestNorm) && success >= bestSuccess;
        if (isBetter) {
            bestNorm = works ? norm : bestNorm;
            bestSuccess = success;
            bestMask = mask.clone();
            bestPattern = pattern.clone();
        }
    }

    private void move(double[] gradient, int step) {
        double correction1 = 1 - Math.pow(BETA1, step);
        double correction2 = 1 - Math.pow(BETA2, step);
        for (int i = 0; i < logits.length; i++) {
            first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
            second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
            logits[i] -= options.rate() * (first[i] / correction1) / (Math.sqrt(second[i] / correction2) + EPSILON);
        }
    }

    private void adapt(boolean works) {
        ups = works ? ups + 1 : 0;
        downs = works ? 0 : downs + 1;
        if (ups == PATIENCE) {
            cost *= RAISE;
            ups = 0;
        } else if (downs == PATIENCE) {
            cost /= LOWER;
            downs = 0;
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The rows with the trigger of this moment. */
    private final class Stamped implements Features {
        private final Features base;

        Stamped(Features base) {
            this.base = base;
        }

        @Override
        public int rows() {
            return base.rows();
        }

        @Override
        public int width() {
            return base.width();
        }

        @Override
        public void read(int row, double[] into, int offset) {
            base.read(row, into, offset);
            for (int j = 0; j < pattern.length; j++) {
                double m = mask[j % area];
                into[offset + j] = (1 - m) * into[offset + j] + m * pattern[j];
            }
        }
    }
}
