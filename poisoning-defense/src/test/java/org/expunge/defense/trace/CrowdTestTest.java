package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class CrowdTestTest {
    private static final int LEAST = 5;

    /** 200 usual rows around 0 and 12 rows near 6. */
    private final Dataset train = PlantedAffinity.numbers(
            "train", DoubleStream.concat(normal(1, 200, 0), normal(2, 12, 6)).toArray());

    private final Dataset heldOut =
            PlantedAffinity.numbers("held", normal(3, 80, 0).toArray());

    private static DoubleStream normal(long seed, int count, double centre) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToDouble(i -> centre + random.nextGaussian());
    }

    private static LabelEvidence evidence(Dataset train, Dataset inputs, Dataset heldOut) {
        return LabelEvidence.gather(List.of(Affinities.rawNearness()), train, 0, inputs, heldOut);
    }

    @Test
    void aFewOfManyInputsAroundRowsThatOthersKeepAwayFromAreFound() {
        Dataset inputs = PlantedAffinity.numbers(
                "inputs",
                DoubleStream.concat(normal(4, 50, 0), normal(5, 14, 6)).toArray());
        CrowdTest test = new CrowdTest(evidence(train, inputs, heldOut), LEAST);

        assertThat(test.pValue(499, 1)).isLessThanOrEqualTo(0.004);
        assertThat(test.members()).hasSizeGreaterThanOrEqualTo(12).allMatch(q -> q >= 50);
    }

    @Test
    void inputsLikeHeldOutRowsAreSeldomACrowd() {
        long significant = IntStream.range(0, 40)
                .filter(world -> {
                    Dataset inputs = PlantedAffinity.numbers(
                            "inputs", normal(100 + world, 40, 0).toArray());
                    return new CrowdTest(evidence(train, inputs, heldOut), LEAST).pValue(99, world) <= 0.05;
                })
                .count();

        // 2 expected, standard deviation 1.4, and the held-out rows are the same in all
        assertThat(significant).isLessThanOrEqualTo(6);
    }

    @Test
    void inputsOfFewDifferentValuesAreSeldomACrowd() {
        Dataset few = PlantedAffinity.numbers("train", values(1, 200));
        Dataset held = PlantedAffinity.numbers("held", values(2, 80));

        long significant = IntStream.range(0, 40)
                .filter(world -> {
                    Dataset inputs = PlantedAffinity.numbers("inputs", values(100 + world, 40));
                    LabelEvidence evidence = evidence(few, inputs, held);
                    return new CrowdTest(evidence, LEAST).pValue(99, world) <= 0.05
                            || new SharedRowsTest(evidence, LEAST).pValue(99, world) <= 0.02;
                })
                .count();

        // 2.8 expected at most
        assertThat(significant).isLessThanOrEqualTo(7);
    }

    /** One of 4 values each, so that most rest on the same rows as others. */
    private static double[] values(long seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToDouble(i -> random.nextInt(4)).toArray();
    }

    @Test
    void fewerThanTheLeastAreNoCrowd() {
        Dataset four = PlantedAffinity.numbers("inputs", 6, 6.1, 5.9, 6.2);
        CrowdTest test = new CrowdTest(evidence(train, four, heldOut), LEAST);

        assertThat(test.pValue(99, 1)).isEqualTo(1);
        assertThat(test.members()).isEmpty();
    }

    @Test
    void withoutHeldOutRowsNothingIsTested() {
        Dataset inputs = PlantedAffinity.numbers("inputs", normal(4, 20, 6).toArray());

        assertThat(new CrowdTest(evidence(train, inputs, heldOut.select(new int[0])), LEAST).pValue(99, 1))
                .isEqualTo(1);
    }
}
