package org.expunge.unlearning.method.finetune;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.OutputLoss;
import org.expunge.influence.training.BatchOrder;
import org.expunge.influence.training.Objective;
import org.expunge.influence.training.Seeds;
import org.expunge.unlearning.ForgetSet;

/** R and F shuffled together, F under labels that are wrong and drawn anew each epoch. */
final class RandomLabelObjective implements Objective {
    private static final String LABELS = "random-labels";

    private final Dataset data;
    private final int retained;
    private final int batchSize;
    private final BatchOrder order;
    private final long labelSeed;

    RandomLabelObjective(ForgetSet rows, int batchSize, long seed) {
        this.data = rows.retain().concat(rows.forget());
        this.retained = rows.retain().size();
        this.batchSize = batchSize;
        this.order = new BatchOrder(seed, data.size());
        this.labelSeed = new Seeds(seed).of(LABELS);
    }

    @Override
    public Dataset data() {
        return data;
    }

    @Override
    public int steps(int epoch) {
        return (data.size() + batchSize - 1) / batchSize;
    }

    @Override
    public int largestMinibatch() {
        return Math.min(batchSize, data.size());
    }

    @Override
    public Epoch epoch(int epoch) {
        Targets drawn = targets(epoch);
        return new Epoch(order.minibatches(epoch, batchSize), (pass, minibatch, from, values) -> {
            double[][] targets = new double[pass.batch()][drawn.width()];
            for (int b = 0; b < targets.length; b++) {
                drawn.read(minibatch[from + b], targets[b], 0);
            }
            Deltas.write(pass, targets, pass.targets());
            OutputLoss.OWN.differentiate(pass, minibatch, from, values);
        });
    }

    /** Returns the true targets of R followed by those drawn for F. */
    Targets targets(int epoch) {
        SplittableRandom random = new SplittableRandom(Seeds.derive(labelSeed, epoch));
        Map<Integer, Integer> drawn = new HashMap<>();
        for (int row = retained; row < data.size(); row++) {
            int other = random.nextInt(data.classes() - 1);
            drawn.put(row, other < data.label(row) ? other : other + 1);
        }
        return Targets.relabel(data.targets(), drawn);
    }
}
