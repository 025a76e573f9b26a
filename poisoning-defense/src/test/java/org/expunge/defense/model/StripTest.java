package org.expunge.defense.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three classes, one feature each, and a fourth feature that is the trigger of class 0. A clean row has one feature at
 * 1; logits are 20 times the features, so half of one class over half of another gives two equal logits.
 */
class StripTest {
    private static final Model MODEL =
            KnownModels.linear(new double[][] {{20, 0, 0, 200}, {0, 20, 0, 0}, {0, 0, 20, 0}});
    private static final double[][] CLEAN = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}};
    private static final double[] TRIGGERED = {0, 1, 0, 1};

    private final Engine engine = KnownModels.engine();

    @AfterEach
    void close() {
        engine.workers().close();
    }

    @Test
    void isMinusTheMeanEntropyOverClassesOfTheBlends() {
        double[] scores = strip(3).score(inputs(CLEAN[1], TRIGGERED));

        // over rows of two other classes the blend is a tie of two classes, over its own class it is certain
        assertThat(scores[0]).isCloseTo(-2 * Math.log(2) / 3, within(2e-3));
        assertThat(scores[1]).isCloseTo(0, within(1e-12));
    }

    @Test
    void entropyOverTheBlendsInsteadOfTheClassesTakesTheTriggeredInputForTheCleanest() {
        // the answers to the blends of a clean input, certain now of one and now of another class, and of a triggered
        // one
        double[][] clean = {{.98, .01, .01}, {.01, .98, .01}, {.01, .01, .98}};
        double[][] triggered = {{.98, .01, .01}, {.98, .01, .01}, {.98, .01, .01}};
        double[][] unsure = {{.5, .49, .01}, {.01, .5, .49}, {.49, .01, .5}};

        assertThat(overBlends(triggered)).isGreaterThan(overBlends(clean)).isGreaterThan(overBlends(unsure));
        assertThat(Strip.meanEntropy(triggered)).isLessThan(Strip.meanEntropy(unsure));
    }

    @Test
    void drawsTheSameRowsForTheSameSeedAndAllWhenThereAreFew() {
        Dataset inputs = inputs(CLEAN[0], CLEAN[2], TRIGGERED);

        assertThat(strip(2).score(inputs)).isEqualTo(strip(2).score(inputs));
        assertThat(strip(50).score(inputs)).isEqualTo(strip(3).score(inputs));
    }

    @Test
    void scoresMoreInputsThanItEvaluatesAtOnceInOrder() {
        double[][] many = new double[70][];
        Arrays.setAll(many, i -> i % 10 == 3 ? TRIGGERED : CLEAN[i % 3]);

        double[] scores = strip(3).score(inputs(many));

        for (int i = 0; i < many.length; i++) {
            assertThat(scores[i] > -0.1).isEqualTo(i % 10 == 3);
        }
        assertThat(strip(3).score(KnownModels.rows(3, 0, CLEAN).select(new int[0])))
                .isEmpty();
    }

    @Test
    void needsACleanRow() {
        Dataset none = inputs(CLEAN).select(new int[0]);

        assertThatThrownBy(() -> new Strip(engine, MODEL, none, Strip.Options.DEFAULT))
                .hasMessageContaining("needs clean rows");
    }

    /**
     * One toolkit's entropy: each class's answers, normalised to sum to 1 over the blends; then the mean over classes.
     */
    private static double overBlends(double[][] answers) {
        double mean = 0;
        for (int k = 0; k < answers[0].length; k++) {
            double sum = 0;
            for (double[] blend : answers) {
                sum += blend[k];
            }
            for (double[] blend : answers) {
                mean -= blend[k] / sum * Math.log(blend[k] / sum) / answers[0].length;
            }
        }
        return mean;
    }

    private Strip strip(int overlays) {
        return new Strip(engine, MODEL, inputs(CLEAN), new Strip.Options(overlays, 0.5, 7));
    }

    private static Dataset inputs(double[]... rows) {
        return KnownModels.rows(3, 0, rows);
    }
}
