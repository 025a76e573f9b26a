package org.expunge.unlearning.method.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.OutputLoss;
import org.expunge.influence.network.Pass;
import org.expunge.influence.training.BatchOrder;
import org.expunge.influence.training.Objective;
import org.expunge.influence.training.Seeds;
import org.expunge.unlearning.ForgetSet;

/**
 * {@code a CE(R) + b CE(F)} in the first epochs, each the mean over its rows of a minibatch: these hold rows of R,
 * which are visited once an epoch, followed by rows of F, which go round as often as it takes. Where F is large beside
 * R, its share of a minibatch grows, so that each of its rows is visited as well. In later epochs, and with b = 0,
 * there are no rows of F.
 */
final class PairedObjective implements Objective {
    /** What rows are taught. */
    @FunctionalInterface
    interface Labels {
        /**
         * Returns the targets of one epoch.
         *
         * @param data R followed by F
         * @param epoch counted from 0
         */
        Targets of(Dataset data, int epoch);
    }

    private static final String FORGET_ORDER = "forget-order";

    private final Dataset data;
    private final int retained;
    private final int ofForget;
    private final double onRetain;
    private final double onForget;
    private final Labels labels;
    private final int epochs;
    private final int batchSize;
    private final BatchOrder retainOrder;
    private final BatchOrder forgetOrder;

    /**
     * Weighs two sets of rows.
     *
     * @param onRetain a
     * @param onForget b
     * @param phase its epochs have rows of F
     */
    PairedObjective(ForgetSet rows, double onRetain, double onForget, Labels labels, ForgetPhase phase, Tuning tuning) {
        this.data = rows.retain().concat(rows.forget());
        this.retained = rows.retain().size();
        this.ofForget = rows.forget().size();
        this.onRetain = onRetain;
        this.onForget = onForget;
        this.labels = labels;
        this.epochs = onForget == 0 ? 0 : phase.epochs();
        this.batchSize = tuning.batchSize();
        this.retainOrder = new BatchOrder(tuning.seed(), retained);
        this.forgetOrder = new BatchOrder(new Seeds(tuning.seed()).of(FORGET_ORDER), ofForget);
    }

    @Override
    public Dataset data() {
        return data;
    }

    @Override
    public int steps(int epoch) {
        return (retained + batchSize - 1) / batchSize;
    }

    @Override
    public int largestMinibatch() {
        return Math.min(batchSize, retained) + forgottenOf(0);
    }

    @Override
    public Epoch epoch(int epoch) {
        List<int[]> kept = retainOrder.minibatches(epoch, batchSize);
        int each = forgottenOf(epoch);
        if (each == 0) {
            return new Epoch(kept, OutputLoss.OWN);
        }
        int[] forget = forgetOrder.shuffle(epoch);
        List<int[]> minibatches = new ArrayList<>();
        for (int[] rows : kept) {
            int next = minibatches.size() * each;
            IntStream others = IntStream.range(next, next + each).map(i -> retained + forget[i % ofForget]);
            minibatches.add(IntStream.concat(Arrays.stream(rows), others).toArray());
        }
        return new Epoch(minibatches, loss(labels.of(data, epoch)));
    }

    /** Returns the rows of F in each minibatch of an epoch. */
    private int forgottenOf(int epoch) {
        int toSeeAll = (ofForget + steps(epoch) - 1) / steps(epoch);
        return epoch < epochs ? Math.min(ofForget, Math.max(batchSize, toSeeAll)) : 0;
    }

    private OutputLoss loss(Targets targets) {
        return (pass, minibatch, from, values) -> {
            double[][] wanted = new double[pass.batch()][targets.width()];
            for (int b = 0; b < wanted.length; b++) {
                targets.read(minibatch[from + b], wanted[b], 0);
            }
            Deltas.write(pass, wanted, pass.targets());
            OutputLoss.OWN.differentiate(pass, minibatch, from, values);
            weigh(pass, minibatch, from, values);
        };
    }

    /** The trainer averages over a whole minibatch; each set of rows has its own mean. */
    private void weigh(Pass pass, int[] minibatch, int from, Sums values) {
        int kept = (int) Arrays.stream(minibatch).filter(row -> row < retained).count();
        double[][] deltas = Deltas.read(pass);
        double[] ofTile = new double[deltas.length];
        values.read(from, ofTile, 0, ofTile.length);
        for (int b = 0; b < deltas.length; b++) {
            double weight = from + b < kept ? onRetain / kept : onForget / (minibatch.length - kept);
            ofTile[b] *= weight * minibatch.length;
            for (int k = 0; k < deltas[b].length; k++) {
                deltas[b][k] *= weight * minibatch.length;
            }
        }
        values.write(from, ofTile, 0, ofTile.length);
        Deltas.write(pass, deltas, pass.outputDelta());
    }
}
