package org.expunge.unlearning.method.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.OutputLoss;
import org.expunge.influence.network.Pass;
import org.expunge.influence.training.BatchOrder;
import org.expunge.influence.training.Objective;
import org.expunge.influence.training.Seeds;
import org.expunge.unlearning.ForgetSet;

/**
 * {@code α CE(R) − (1 − α) CE(F)}: each minibatch holds rows of R, which are visited once an epoch, followed by rows of
 * F, which go round as often as it takes. Where F is large beside R, its share of a minibatch grows, so that each of
 * its rows is visited as well.
 */
final class NegGradObjective implements Objective {
    private static final String FORGET_ORDER = "forget-order";

    private final Dataset data;
    private final int retained;
    private final int batchSize;
    private final int forgotten;
    private final double alpha;
    private final BatchOrder retainOrder;
    private final BatchOrder forgetOrder;

    NegGradObjective(ForgetSet rows, double alpha, int batchSize, long seed) {
        this.data = rows.retain().concat(rows.forget());
        this.retained = rows.retain().size();
        this.batchSize = batchSize;
        this.alpha = alpha;
        int each = (rows.forget().size() + steps(0) - 1) / steps(0);
        this.forgotten = alpha == 1 ? 0 : Math.min(rows.forget().size(), Math.max(batchSize, each));
        this.retainOrder = new BatchOrder(seed, retained);
        this.forgetOrder =
                new BatchOrder(new Seeds(seed).of(FORGET_ORDER), rows.forget().size());
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
        return Math.min(batchSize, retained) + forgotten;
    }

    @Override
    public Epoch epoch(int epoch) {
        List<int[]> minibatches = new ArrayList<>();
        int[] forget = forgetOrder.shuffle(epoch);
        int next = 0;
        for (int[] kept : retainOrder.minibatches(epoch, batchSize)) {
            int first = next;
            minibatches.add(IntStream.concat(
                            Arrays.stream(kept),
                            IntStream.range(0, forgotten).map(i -> retained + forget[(first + i) % forget.length]))
                    .toArray());
            next += forgotten;
        }
        return new Epoch(minibatches, this::differentiate);
    }

    private void differentiate(Pass pass, int[] minibatch, int from, double[] values) {
        OutputLoss.OWN.differentiate(pass, minibatch, from, values);
        int kept = minibatch.length - forgotten;
        double onKept = alpha * minibatch.length / kept;
        double onForgotten = forgotten == 0 ? 0 : -(1 - alpha) * minibatch.length / forgotten;
        double[][] deltas = Deltas.read(pass);
        for (int b = 0; b < deltas.length; b++) {
            double factor = from + b < kept ? onKept : onForgotten;
            values[from + b] *= factor;
            for (int k = 0; k < deltas[b].length; k++) {
                deltas[b][k] *= factor;
            }
        }
        Deltas.write(pass, deltas);
    }
}
