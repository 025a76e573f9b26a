package org.expunge.unlearning.deltagrad;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.curvature.WeightDecay;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Trajectory;
import org.jspecify.annotations.Nullable;

/** Takes the steps of a recorded training again, without some of its rows. Used once. */
final class StepsWithout implements Trajectory.Visitor {
    private final PerExample gradients;
    private final DeltaGrad.Options options;
    private final Dataset train;
    private final boolean[] isForgotten;
    private final WeightDecay decay;
    private final CurvaturePairs pairs;
    private Trajectory.@Nullable Step pending;
    private Model model;
    private int sinceFirst = -1;
    private boolean isFinite = true;
    private int recorded;
    private int exact;
    private int approximate;
    private int empty;
    private int refusedPairs;
    private long gradientRows;

    StepsWithout(Engine engine, DeltaGrad.Options options, Trajectory trajectory, boolean[] isForgotten) {
        this.gradients = new PerExample(engine);
        this.options = options;
        this.train = trajectory.train();
        this.isForgotten = isForgotten;
        this.decay = new WeightDecay(trajectory.l2());
        this.pairs = new CurvaturePairs(options.memory());
        this.model = trajectory.initial();
    }

    /** Takes a step once the next one has told where the recorded one led. */
    @Override
    public void onStep(Trajectory.Step step) {
        take(step.before());
        pending = step;
    }

    /** Takes the last step and returns where all have led. */
    Model finish(Model recordedEnd) {
        take(recordedEnd);
        return model;
    }

    private void take(Model after) {
        Trajectory.Step step = pending;
        if (step == null || !isFinite) {
            return;
        }
        int[] rows = step.rows();
        int[] removed = Arrays.stream(rows).filter(i -> isForgotten[i]).toArray();
        if (sinceFirst < 0 && removed.length == 0) {
            model = after; // nothing has been left out yet: the recorded step is the step
            recorded++;
            return;
        }
        sinceFirst++;
        if (removed.length == rows.length) {
            empty++;
            return;
        }
        stepAlong(isExact() ? exact(step, removed, after) : approximate(step, removed, after), step.learningRate());
    }

    private boolean isExact() {
        return sinceFirst < options.burnIn()
                || (sinceFirst - options.burnIn()) % options.period() == 0
                || pairs.isEmpty();
    }

    /** Returns the mean gradient of the rows kept, and learns how gradients change from all of them. */
    private double[] exact(Trajectory.Step step, int[] removed, Model after) {
        exact++;
        int[] rows = step.rows();
        int[] kept = Arrays.stream(rows).filter(i -> !isForgotten[i]).toArray();
        double[] ofKept = sum(kept);
        double[] all = ofKept.clone();
        addScaled(1, sum(removed), all);
        double[] way = way(step);
        double[] change = recordedGradient(step, after);
        for (int i = 0; i < change.length; i++) {
            change[i] = all[i] / rows.length - change[i];
        }
        decay.addProduct(model.network(), 1, way, change);
        if (!pairs.add(way, change)) {
            refusedPairs++;
        }
        return scaled(1.0 / kept.length, ofKept);
    }

    /** Returns the same mean from the recorded gradient, the curvature along the way, and the removed rows. */
    private double[] approximate(Trajectory.Step step, int[] removed, Model after) {
        approximate++;
        int size = step.rows().length;
        double[] way = way(step);
        double[] mean = recordedGradient(step, after);
        addScaled(1, pairs.apply(way), mean);
        decay.addProduct(model.network(), -1, way, mean);
        double[] sum = scaled(size, mean);
        addScaled(-1, sum(removed), sum);
        return scaled(1.0 / (size - removed.length), sum);
    }

    private void stepAlong(double[] mean, double learningRate) {
        double[] parameters = model.parameters();
        decay.addProduct(model.network(), 1, parameters, mean);
        addScaled(-learningRate, mean, parameters);
        isFinite = Double.isFinite(ParameterVector.of(parameters).norm());
        if (isFinite) {
            model = model.withParameters(parameters);
        }
    }

    /** Returns the mean gradient of the recorded step's rows without the penalty: its step tells. */
    private double[] recordedGradient(Trajectory.Step step, Model after) {
        double[] before = step.before().parameters();
        double[] gradient = scaled(1, before);
        addScaled(-1, after.parameters(), gradient);
        gradient = scaled(1 / step.learningRate(), gradient);
        decay.addProduct(model.network(), -1, before, gradient);
        return gradient;
    }

    private double[] way(Trajectory.Step step) {
        double[] way = model.parameters();
        addScaled(-1, step.before().parameters(), way);
        return way;
    }

    private double[] sum(int[] rows) {
        gradientRows += rows.length;
        return gradients.sumGradient(model, train.select(rows));
    }

    DeltaGrad.Steps steps() {
        return new DeltaGrad.Steps(recorded, exact, approximate, empty, refusedPairs);
    }

    /** Returns whether every parameter stayed finite; steps after one that did not were left out. */
    boolean isFinite() {
        return isFinite;
    }

    long gradientRows() {
        return gradientRows;
    }

    private static double[] scaled(double alpha, double[] x) {
        double[] result = new double[x.length];
        addScaled(alpha, x, result);
        return result;
    }

    private static void addScaled(double alpha, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] += alpha * x[i];
        }
    }
}
