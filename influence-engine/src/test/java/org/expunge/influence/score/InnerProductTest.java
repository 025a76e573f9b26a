package org.expunge.influence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InnerProductTest {
    private final Engine engine = SmallProblems.reference(1, 8);
    private final PerExample perExample = new PerExample(engine);
    private final Model model = SmallProblems.dense(1);
    private final Dataset train = SmallProblems.rows(model, 12, 2);
    private final Dataset query = SmallProblems.rows(model, 1, 3);

    @AfterEach
    void close() {
        engine.close();
    }

    private Scores score(Dataset rows, Dataset queries) {
        return new InnerProduct(engine, model, InnerProduct.Options.DEFAULT).score(rows, queries);
    }

    @Test
    void predictsAStepOnOneRowUpToSecondOrder() {
        double[] scores = score(train, query).row(0);
        double[][] gradients = perExample.gradients(model, train);

        for (int i = 0; i < train.size(); i++) {
            double full = remainder(gradients[i], scores[i], 1e-3);
            double half = remainder(gradients[i], scores[i], 5e-4);
            // ½ η² gᵀHg + O(η³): halving η leaves a quarter, and an eighth of the rest
            assertThat(half / full).isCloseTo(0.25, within(0.01));
        }
    }

    /** What a step of size η on a row changes of the query's loss beyond {@code −η · score}. */
    private double remainder(double[] gradient, double score, double eta) {
        double[] moved = model.parameters();
        Arrays.setAll(moved, j -> moved[j] - eta * gradient[j]);
        double after = perExample.losses(model.withParameters(moved), query)[0];
        return after - perExample.losses(model, query)[0] + eta * score;
    }

    @Test
    void removingAProponentRaisesTheQuerysLoss() {
        double[] scores = score(train, query).row(0);
        TopK.Ranked proponent = TopK.of(scores, 1, TopK.End.PROPONENTS).get(0);
        TopK.Ranked opponent = TopK.of(scores, 1, TopK.End.OPPONENTS).get(0);

        assertThat(proponent.score()).isPositive();
        assertThat(opponent.score()).isNegative();
        assertThat(lossAfterStepWithout(proponent.row())).isGreaterThan(lossAfterStepWithout(-1));
        assertThat(lossAfterStepWithout(opponent.row())).isLessThan(lossAfterStepWithout(-1));
    }

    private double lossAfterStepWithout(int left) {
        double[][] gradients = perExample.gradients(model, train);
        double[] moved = model.parameters();
        for (int i = 0; i < gradients.length; i++) {
            double[] g = gradients[i];
            double step = i == left ? 0 : 1e-3;
            Arrays.setAll(moved, j -> moved[j] - step * g[j]);
        }
        return perExample.losses(model.withParameters(moved), query)[0];
    }

    @Test
    void ofARowWithItselfIsItsSquaredNorm() {
        Scores scores = score(train, train);
        double[] norms = perExample.norms(model, train).total();

        for (int i = 0; i < train.size(); i++) {
            assertThat(scores.score(i, i)).isCloseTo(norms[i] * norms[i], within(1e-12));
        }
    }

    @Test
    void overAllPairsAddsUpToTheSquareOfTheSummedGradient() {
        Scores scores = score(train, train);
        double total = 0;
        for (int i = 0; i < train.size(); i++) {
            total += Arrays.stream(scores.row(i)).sum();
        }

        double[] sum = perExample.sumGradient(model, train);
        double expected = Arrays.stream(sum).map(x -> x * x).sum();
        assertThat(total).isCloseTo(expected, within(1e-10));
    }
}
