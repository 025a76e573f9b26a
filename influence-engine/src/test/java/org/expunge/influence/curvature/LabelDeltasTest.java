package org.expunge.influence.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.Test;

class LabelDeltasTest {
    private static final int ROWS = 300;

    @Test
    void aSecondLabelOfARowIsNotTheFirstOfTheNext() {
        List<int[]> labels = labels(new LabelDeltas(LabelMode.SAMPLED, 7, 2));
        int same = 0;
        for (int row = 0; row + 1 < ROWS; row++) {
            same += labels.get(1)[row] == labels.get(0)[row + 1] ? 1 : 0;
        }

        // chance is a third of 299 pairs, with a standard deviation of 8
        assertThat(same).isBetween(60, 140);
    }

    /** Returns the labels drawn in each backward pass, of a network that takes all three classes for as likely. */
    private static List<int[]> labels(LabelDeltas deltas) {
        Model random = SmallProblems.dense(1);
        Model even = random.withParameters(new double[random.parameters().length]);
        Dataset rows = SmallProblems.rows(even, ROWS, 2);
        int output = even.network().nodes().size() - 1;
        List<int[]> labels = new ArrayList<>();
        try (Engine engine = SmallProblems.reference(1, ROWS);
                Weights weights = Weights.of(engine.compute(), even);
                Passes passes = new Passes(engine, weights)) {
            passes.forEachTile(
                    rows,
                    (worker, pass, from) -> deltas.backward(pass, from, (node, layer, slot) -> {
                        if (node == output) {
                            double[] delta = new double[3 * ROWS];
                            engine.compute().read(slot.delta(), 0, delta, 0, delta.length);
                            int[] drawn = new int[ROWS];
                            Arrays.setAll(drawn, b -> delta[b] < 0 ? 0 : delta[ROWS + b] < 0 ? 1 : 2);
                            labels.add(drawn);
                        }
                    }));
        }
        return labels;
    }
}
