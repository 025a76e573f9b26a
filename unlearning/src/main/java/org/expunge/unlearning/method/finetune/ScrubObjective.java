package org.expunge.unlearning.method.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Sums;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.OutputLoss;
import org.expunge.influence.network.Pass;
import org.expunge.influence.score.target.Outputs;
import org.expunge.influence.training.BatchOrder;
import org.expunge.influence.training.Objective;
import org.expunge.influence.training.Seeds;
import org.expunge.unlearning.ForgetSet;

/**
 * Epochs of min-steps on R, {@code γ CE(R) + α KL(R)}, after max-steps on F, {@code −KL(F)}, in those epochs that have
 * them. Minibatches hold rows of one of the two.
 */
final class ScrubObjective implements Objective {
    private static final String FORGET_ORDER = "forget-order";

    private final Scrub.Options options;
    private final int passes;
    private final Dataset data;
    private final int retained;
    private final int forgotten;
    private final Outputs teacher;
    private final Distillation distillation;
    private final BatchOrder retainOrder;
    private final BatchOrder forgetOrder;

    /**
     * Sets the steps out.
     *
     * @param teacher its answers for R followed by F
     * @param passes how often an epoch with max-steps goes through F
     */
    ScrubObjective(ForgetSet rows, Outputs teacher, Scrub.Options options, int passes) {
        this.options = options;
        this.passes = passes;
        this.data = rows.retain().concat(rows.forget());
        this.retained = rows.retain().size();
        this.forgotten = rows.forget().size();
        this.teacher = teacher;
        this.distillation = new Distillation(teacher.kind(), options.temperature());
        long seed = options.tuning().seed();
        this.retainOrder = new BatchOrder(seed, retained);
        this.forgetOrder = new BatchOrder(new Seeds(seed).of(FORGET_ORDER), forgotten);
    }

    @Override
    public Dataset data() {
        return data;
    }

    @Override
    public int steps(int epoch) {
        return stepsOver(retained) + (hasMaxSteps(epoch) ? passes * stepsOver(forgotten) : 0);
    }

    private int stepsOver(int rows) {
        return (rows + batchSize() - 1) / batchSize();
    }

    @Override
    public int largestMinibatch() {
        return Math.min(batchSize(), Math.max(retained, forgotten));
    }

    @Override
    public Epoch epoch(int epoch) {
        List<int[]> minibatches = new ArrayList<>();
        for (int pass = 0; hasMaxSteps(epoch) && pass < passes; pass++) {
            for (int[] rows : forgetOrder.minibatches(epoch * passes + pass, batchSize())) {
                minibatches.add(IntStream.of(rows).map(row -> retained + row).toArray());
            }
        }
        minibatches.addAll(retainOrder.minibatches(epoch, batchSize()));
        return new Epoch(minibatches, this::differentiate);
    }

    private int batchSize() {
        return options.tuning().batchSize();
    }

    /** Not in the first epoch: while the student is the teacher, KL is at its minimum and has no slope. */
    private boolean hasMaxSteps(int epoch) {
        return epoch >= 1 && epoch <= options.maxEpochs();
    }

    private void differentiate(Pass pass, int[] minibatch, int from, Sums values) {
        OutputLoss.OWN.differentiate(pass, minibatch, from, values);
        double[][] deltas = Deltas.read(pass);
        double[] ofTile = new double[deltas.length];
        values.read(from, ofTile, 0, ofTile.length);
        double[][] logits = pass.activations(pass.network().nodes().size() - 1);
        double[] toTeacher = new double[pass.network().outputs()];
        for (int b = 0; b < deltas.length; b++) {
            int row = minibatch[from + b];
            boolean isKept = row < retained;
            double onLabels = isKept ? options.gamma() : 0;
            double onTeacher = isKept ? options.alpha() : -1;
            double divergence = distillation.divergence(teacher.logits(row), logits[b], toTeacher);
            ofTile[b] = onLabels * ofTile[b] + onTeacher * divergence;
            for (int k = 0; k < toTeacher.length; k++) {
                deltas[b][k] = onLabels * deltas[b][k] + onTeacher * toTeacher[k];
            }
        }
        values.write(from, ofTile, 0, ofTile.length);
        Deltas.write(pass, deltas, pass.outputDelta());
    }
}
