package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TailStatistic;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class SharedRowsTestTest {
    private static final int LEAST = 5;
    private static final int ROWS = 120;

    /** A fifth of the rows: an input that rests on all of them rests on none by its tail. */
    private static final int PLANTED = 24;

    private final Dataset train = PlantedAffinity.numbers(
            "train", IntStream.range(0, ROWS).asDoubleStream().toArray());

    /** Inputs from 1000 on lean to the first rows, and all values are noise beside that. */
    private static Affinity leaning(double strength) {
        return Affinity.named(
                "leaning",
                (rows, inputs) -> IntStream.range(0, inputs.size())
                        .mapToObj(q -> values(inputs.row(q)[0], strength))
                        .toArray(double[][]::new));
    }

    private static double[] values(double input, double strength) {
        Random noise = new Random(Double.hashCode(input));
        return IntStream.range(0, ROWS)
                .mapToDouble(i -> noise.nextGaussian() + (input >= 1000 && i < PLANTED ? strength : 0))
                .toArray();
    }

    private static double[] numbers(int from, int count) {
        return IntStream.range(from, from + count).asDoubleStream().toArray();
    }

    private LabelEvidence evidence(double strength, int attacked, int usual, int heldOut) {
        Dataset inputs = PlantedAffinity.numbers(
                "inputs",
                IntStream.concat(IntStream.range(200, 200 + usual), IntStream.range(1000, 1000 + attacked))
                        .asDoubleStream()
                        .toArray());
        return LabelEvidence.gather(
                List.of(leaning(strength)), train, 0, inputs, PlantedAffinity.numbers("held", numbers(400, heldOut)));
    }

    @Test
    void rowsThatManyInputsShareAreFoundThoughNoTailIsHeavy() {
        LabelEvidence evidence = evidence(2, 15, 45, 40);

        double attackedTail = IntStream.range(1000, 1015)
                .mapToDouble(x -> TailStatistic.heaviness(values(x, 2), LEAST))
                .average()
                .orElseThrow();
        double usualTail = IntStream.range(200, 245)
                .mapToDouble(x -> TailStatistic.heaviness(values(x, 2), LEAST))
                .average()
                .orElseThrow();
        assertThat(attackedTail).isBetween(0.8 * usualTail, 1.4 * usualTail);
        assertThat(new SharedRowsTest(evidence, LEAST).pValue(499, 1)).isEqualTo(0.002);
        assertThat(new CrowdTest(evidence, LEAST).members())
                .hasSizeLessThanOrEqualTo(20)
                .contains(IntStream.range(45, 60).boxed().toArray(Integer[]::new));
    }

    @Test
    void pValuesOfInputsLikeHeldOutRowsAreUniform() {
        double[] p = IntStream.range(0, 60)
                .mapToDouble(world -> {
                    Dataset inputs = PlantedAffinity.numbers("inputs", numbers(10_000 + 100 * world, 30));
                    Dataset heldOut = PlantedAffinity.numbers("held", numbers(100_000 + 100 * world, 25));
                    LabelEvidence evidence = LabelEvidence.gather(List.of(leaning(0)), train, 0, inputs, heldOut);
                    return new SharedRowsTest(evidence, LEAST).pValue(99, world);
                })
                .sorted()
                .toArray();

        // Kolmogorov and Smirnov: 5 % of samples of 60 are farther off than 0.172, and ties of discrete values add 0.05
        for (int i = 0; i < p.length; i++) {
            assertThat(p[i]).isBetween((i + 1) / 60.0 - 0.23, i / 60.0 + 0.23);
        }
    }

    @Test
    void fewerThanTwiceTheLeastAreNotTested() {
        assertThat(new SharedRowsTest(evidence(50, 9, 0, 40), LEAST).pValue(99, 1))
                .isEqualTo(1);
        assertThat(new SharedRowsTest(evidence(50, 20, 0, 9), LEAST).pValue(99, 1))
                .isEqualTo(1);
        assertThat(new SharedRowsTest(evidence(50, 10, 0, 40), LEAST).pValue(99, 1))
                .isEqualTo(0.01);
        assertThat(new SharedRowsTest(evidence(50, 20, 0, 10), LEAST).pValue(99, 1))
                .isLessThan(0.1);
        assertThat(TargetClusters.Options.DEFAULT.leastTested()).isEqualTo(2 * LEAST);
    }

    @Test
    void aSeedGivesTheSameAnswerTwice() {
        LabelEvidence evidence = evidence(1, 10, 30, 30);

        assertThat(new SharedRowsTest(evidence, LEAST).pValue(199, 7))
                .isEqualTo(new SharedRowsTest(evidence, LEAST).pValue(199, 7));
    }
}
