package org.expunge.influence.curvature.damping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.testkit.SmallProblems;
import org.expunge.influence.testkit.SymmetricMatrix;
import org.junit.jupiter.api.Test;

class BatchNoiseTest {
    private static final int P = 300;

    /** σ² P = 0.6, as with P = 1500 and σ = .02. */
    private static final double SIGMA = Math.sqrt(0.6 / P);

    private final SymmetricMatrix spiked = SymmetricMatrix.diagonal(spectrum());
    private final List<SymmetricMatrix> noisy = IntStream.range(0, 3)
            .mapToObj(i -> spiked.plus(SymmetricMatrix.wigner(P, SIGMA, 10 + i)))
            .toList();

    @Test
    void findsTheVarianceThatWasAdded() {
        BatchNoise noise = BatchNoise.of(spiked, noisy, 20, 3);

        assertThat(noise.variance()).isCloseTo(0.6, within(0.03)); // some 3 standard deviations
        assertThat(noise.standardError()).isBetween(1e-4, 0.02);
        assertThat(noise.edge()).isCloseTo(2 * Math.sqrt(0.6), within(0.04));
    }

    /** A mutant that compares each copy through other probes loses the difference in the noise of the probes. */
    @Test
    void theSameProbesServeBothSidesBecauseTheDifferenceIsSmall() {
        SymmetricMatrix strong = SymmetricMatrix.wigner(P, 10 * SIGMA, 1);
        List<SymmetricMatrix> barely = IntStream.range(0, 3)
                .mapToObj(i -> strong.plus(SymmetricMatrix.wigner(P, SIGMA / 3, 20 + i)))
                .toList();
        double truth = 0.6 / 9;

        double shared = BatchNoise.of(strong, barely, 20, 3).variance();
        double apart = BatchNoise.of(strong, barely, 20, 7).secondMoment()
                - BatchNoise.of(strong, barely, 20, 3).secondMoment();

        assertThat(shared).isCloseTo(truth, within(0.15));
        assertThat(Math.abs(apart)).isGreaterThan(0.3);
    }

    @Test
    void theLargestEigenvalueOfACopyIsTheInflatedSpike() {
        BatchNoise noise = new BatchNoise(1, 0, 0, 0.6, 0);

        double[] values = noisy.get(0).eigenvalues();

        assertThat(noise.inflated(2)).isCloseTo(2.3, within(1e-12));
        assertThat(values[P - 1]).isCloseTo(noise.inflated(2), within(0.15)); // fluctuates as √(2/P) here
        assertThat(values[P - 2]).isCloseTo(noise.edge(), within(0.15));
    }

    @Test
    void deflatingUndoesInflating() {
        BatchNoise noise = new BatchNoise(1, 0, 0, 0.6, 0);

        assertThat(noise.deflated(noise.inflated(2))).isCloseTo(2, within(1e-12));
        assertThat(noise.deflated(2.248)).isCloseTo(1.94, within(0.005));
        assertThat(noise.inflated(0.5)).isEqualTo(noise.edge());
        assertThatThrownBy(() -> noise.deflated(1.5)).hasMessageContaining("1.5");
    }

    @Test
    void shrinkageIsNearestToTheTrueMatrixOfAllShrinkagesTowardsItsMean() {
        BatchNoise noise = BatchNoise.of(spiked, noisy, 50, 3);
        double mean = Arrays.stream(spectrum()).average().orElseThrow();

        double damping = noise.shrinkageDamping().orElseThrow().of("layer", new double[0]);

        double best = 0;
        for (double beta = 0; beta < 1; beta += 0.002) {
            best = error(beta, mean) < error(best, mean) ? beta : best;
        }
        double optimum = (1 - best) * mean / best;
        assertThat(damping).isCloseTo(optimum, within(0.1 * optimum));
    }

    @Test
    void edgeDampingIsTheEdgeInEveryLayerAndNothingWithoutNoise() {
        assertThat(new BatchNoise(1, 1, 2, 0.25, 0).edgeDamping().orElseThrow().of("any", new double[3]))
                .isEqualTo(1);
        assertThat(new BatchNoise(1, 1, 2, 0, 0).edgeDamping()).isEmpty();
        assertThat(new BatchNoise(1, 1, 2, 0, 0).shrinkageDamping()).isEmpty();
        assertThat(new BatchNoise(1, 1, 1, 1, 0).shrinkageDamping()).isEmpty();
        assertThat(new BatchNoise(1, -1, 2, 1, 0).shrinkageDamping()).isEmpty();
    }

    @Test
    void dampingIsInUnitsOfTheCurvature() {
        BatchNoise noise = BatchNoise.of(spiked, noisy, 5, 3);
        List<SymmetricMatrix> doubled =
                noisy.stream().map(copy -> copy.combined(2, 0)).toList();
        BatchNoise twice = BatchNoise.of(spiked.combined(2, 0), doubled, 5, 3);

        assertThat(twice.edge()).isCloseTo(2 * noise.edge(), within(1e-9));
        assertThat(twice.shrinkageDamping().orElseThrow().of("", new double[0]))
                .isCloseTo(2 * noise.shrinkageDamping().orElseThrow().of("", new double[0]), within(1e-9));
    }

    @Test
    void largerBatchesOfRowsAreLessNoisy() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 400, 5);
        try (Engine engine = SmallProblems.reference(1, 32)) {
            BatchNoise small = BatchNoise.of(
                    rows, data -> new GaussNewton(engine, model, data), new BatchNoise.Options(10, 100, 10, 1));
            BatchNoise large = BatchNoise.of(
                    rows, data -> new GaussNewton(engine, model, data), new BatchNoise.Options(50, 100, 10, 1));

            // 1/b = 1/B − 1/n: .0975 against .0175, a ratio of 5.6
            assertThat(small.variance() / large.variance()).isBetween(4.0, 8.0);
            assertThat(small.mean()).isEqualTo(large.mean());
            // whatever the batch, the rows' own distance from all rows there could be is the same
            assertThat(small.ofRows(400).variance() / large.ofRows(400).variance())
                    .isBetween(0.7, 1.4);
        }
    }

    @Test
    void refusesBatchesAsLargeAsTheRows() {
        Model model = SmallProblems.dense(3);
        Dataset rows = SmallProblems.rows(model, 32, 5);
        try (Engine engine = SmallProblems.reference(1, 32)) {
            assertThatThrownBy(() -> BatchNoise.of(
                            rows, data -> new GaussNewton(engine, model, data), new BatchNoise.Options(32, 2, 1, 0)))
                    .hasMessageContaining("smaller")
                    .hasMessageContaining("32");
        }
        assertThatThrownBy(() -> new BatchNoise.Options(1, 1, 1, 0)).hasMessageContaining("batches");
    }

    /** Mean over the copies of ‖β C_B + (1 − β) μ I − C‖². */
    private double error(double beta, double mean) {
        return noisy.stream()
                .mapToDouble(copy -> copy.combined(beta, (1 - beta) * mean).distanceTo(spiked))
                .sum();
    }

    /** A spike of 2, the others spread over [0, .3]. */
    private static double[] spectrum() {
        Random random = new Random(8);
        double[] values = random.doubles(P, 0, 0.3).toArray();
        values[0] = 2;
        return values;
    }
}
