package org.expunge.influence.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Activation;
import org.expunge.influence.compute.Loss;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;
import org.expunge.influence.network.layer.ActivationLayer;
import org.expunge.influence.network.layer.Dense;
import org.expunge.influence.training.Checkpoint;
import org.expunge.influence.training.Optimizer;
import org.expunge.influence.training.Schedule;
import org.expunge.influence.training.TrainingOptions;

/** The bank of retrainings on digits: rows, subsets, measured losses, the model to score and its checkpoints. */
public final class LdsDigits {
    private static final int CLASSES = 10;
    private static final int ALONE = -1;
    private static final double LEARNING_RATE = 0.1;
    private static final int BATCH = 32;
    private static final double L2 = 1e-4;
    private static final List<Integer> EPOCHS = List.of(8, 16, 24, 32, 40);

    private static final Network NETWORK = Network.builder(Shape.flat(64))
            .add("0", new Dense(64))
            .add("0-relu", new ActivationLayer(Activation.RELU))
            .add("1", new Dense(64))
            .add("1-relu", new ActivationLayer(Activation.RELU))
            .add("2", new Dense(CLASSES))
            .build(Loss.SOFTMAX_CROSS_ENTROPY);

    private LdsDigits() {}

    /** Returns the 1 437 training rows. */
    public static Dataset train() {
        return rows("train");
    }

    /** Returns the 360 queries. */
    public static Dataset queries() {
        return rows("query");
    }

    /** Returns the first of the models trained on all rows. */
    public static Model model() {
        return model(0);
    }

    /** Returns one of the ten models trained on all rows. */
    public static Model model(int index) {
        return model("model", index);
    }

    /** Returns five checkpoints of its training. */
    public static List<Checkpoint> checkpoints() {
        List<Checkpoint> checkpoints = new ArrayList<>();
        int stepsPerEpoch = (train().size() + BATCH - 1) / BATCH;
        for (int epoch : EPOCHS) {
            Model model = model("model0_epoch" + epoch, ALONE);
            checkpoints.add(new Checkpoint(epoch * stepsPerEpoch, epoch, LEARNING_RATE, BATCH, model));
        }
        return checkpoints;
    }

    /** Returns how its models were trained. */
    public static TrainingOptions training() {
        return TrainingOptions.DEFAULT
                .withOptimizer(Optimizer.sgd())
                .withSchedule(Schedule.constant(LEARNING_RATE))
                .withEpochs(EPOCHS.get(EPOCHS.size() - 1))
                .withBatchSize(BATCH)
                .withL2(L2);
    }

    /** Returns the 100 random halves: whether a row was in. */
    public static boolean[][] subsets() {
        int[] masks = GoldenCase.ldsDigits("masks").toInts();
        int n = GoldenCase.ldsDigits("masks").shape()[1];
        boolean[][] subsets = new boolean[masks.length / n][n];
        for (int i = 0; i < masks.length; i++) {
            subsets[i / n][i % n] = masks[i] == 1;
        }
        return subsets;
    }

    /** Returns the loss of each query after training on a half, by half. */
    public static double[][] losses(String seeds) {
        double[] losses = GoldenCase.ldsDigits("query_loss_" + seeds).toDoubles();
        int m = GoldenCase.ldsDigits("query_loss_" + seeds).shape()[1];
        double[][] byHalf = new double[losses.length / m][];
        Arrays.setAll(byHalf, s -> Arrays.copyOfRange(losses, s * m, (s + 1) * m));
        return byHalf;
    }

    private static Dataset rows(String name) {
        int[] labels = GoldenCase.ldsDigits(name + "_y").toInts();
        double[] targets = new double[labels.length * CLASSES];
        for (int i = 0; i < labels.length; i++) {
            targets[i * CLASSES + labels[i]] = 1;
        }
        double[] x = GoldenCase.ldsDigits(name + "_x").toDoubles();
        return Dataset.of("lds-" + name, Shape.flat(64), Features.of(x, 64), Targets.real(targets, CLASSES));
    }

    /** Reads W and b of each layer; of several models stacked, one. */
    private static Model model(String prefix, int index) {
        double[] parameters = new double[NETWORK.layout().length()];
        for (ParameterLayout.Entry entry : NETWORK.layout().entries()) {
            String name = prefix + "_" + entry.tensor().name() + entry.layer();
            double[] values = GoldenCase.ldsDigits(name).toDoubles();
            int from = index == ALONE ? 0 : index * entry.length();
            System.arraycopy(values, from, parameters, entry.offset(), entry.length());
        }
        return new Model(NETWORK, parameters, new double[0]);
    }
}
