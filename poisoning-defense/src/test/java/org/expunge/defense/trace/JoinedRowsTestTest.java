package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class JoinedRowsTestTest {
    private static final int LEAST = 5;
    private static final int ROWS = 80;
    private static final int PLANTED = 10;
    private static final int CLASSES = 10;

    private final Dataset train = PlantedAffinity.numbers(
            "train", IntStream.range(0, ROWS).asDoubleStream().toArray());

    /**
     * Inputs from 1 000 000 on lean to the first rows; all values are noise beside that, of its own scale in a class.
     */
    private LabelEvidence evidence(int world, int of, int attacked, int usual, int heldOut) {
        int first = 10_000 * world + 1000 * of;
        double[] inputs = IntStream.concat(
                        IntStream.range(first, first + usual),
                        IntStream.range(1_000_000 + first, 1_000_000 + first + attacked))
                .asDoubleStream()
                .toArray();
        double[] held = IntStream.range(first + 500, first + 500 + heldOut)
                .asDoubleStream()
                .toArray();
        Affinity leaning = Affinity.named(
                "leaning",
                (rows, queries) -> IntStream.range(0, queries.size())
                        .mapToObj(q -> values(queries.row(q)[0], 1 + of))
                        .toArray(double[][]::new));
        return LabelEvidence.gather(
                List.of(leaning),
                train,
                0,
                PlantedAffinity.numbers("inputs", inputs),
                PlantedAffinity.numbers("held", held));
    }

    private static double[] values(double input, double scale) {
        Random noise = new Random(Double.hashCode(input));
        return IntStream.range(0, ROWS)
                .mapToDouble(i -> scale * (noise.nextGaussian() + (input >= 1_000_000 && i < PLANTED ? 10 : 0)))
                .toArray();
    }

    private List<LabelEvidence> classes(int world, int attacked) {
        return IntStream.range(0, CLASSES)
                .mapToObj(of -> evidence(world, of, attacked, 30, 30))
                .toList();
    }

    @Test
    void whatNoClassShowsAloneIsFoundInAllOfThemTogether() {
        List<LabelEvidence> classes = classes(1, 2);

        assertThat(classes)
                .allSatisfy(evidence -> assertThat(new SharedRowsTest(evidence, LEAST).pValue(1999, 1))
                        .isGreaterThan(0.01 / CLASSES));
        assertThat(new JoinedRowsTest(classes, LEAST).pValue(399, 1)).isEqualTo(0.0025);
    }

    @Test
    void membersAreTheAttackedInputsOfEachClass() {
        List<List<Integer>> members = new JoinedRowsTest(classes(2, 3), LEAST).members(1);

        long attacked =
                members.stream().flatMap(List::stream).filter(q -> q >= 30).count();
        assertThat(members).hasSize(CLASSES);
        assertThat(attacked).isGreaterThanOrEqualTo(27);
        assertThat(members.stream().mapToInt(List::size).sum()).isLessThanOrEqualTo(36);
    }

    @Test
    void membersNameThePlantedRowsOfTheirClass() {
        List<LabelEvidence> classes = classes(3, 3);
        List<List<Integer>> members = new JoinedRowsTest(classes, LEAST).members(1);

        for (int of = 0; of < CLASSES; of++) {
            int[] ranked = classes.get(of)
                    .trace(members.get(of).stream().mapToInt(q -> q).toArray())
                    .vote()
                    .ranked();
            assertThat(IntStream.of(ranked)
                            .limit(PLANTED)
                            .filter(row -> row < PLANTED)
                            .count())
                    .isGreaterThanOrEqualTo(PLANTED - 1);
        }
    }

    @Test
    void pValuesOfInputsLikeHeldOutRowsAreUniform() {
        double[] p = IntStream.range(0, 60)
                .mapToDouble(world -> new JoinedRowsTest(
                                List.of(evidence(world, 0, 0, 20, 24), evidence(world, 1, 0, 25, 20)), LEAST)
                        .pValue(99, world))
                .sorted()
                .toArray();

        // Kolmogorov and Smirnov: 5 % of samples of 60 are farther off than 0.172, and ties of discrete values add 0.05
        for (int i = 0; i < p.length; i++) {
            assertThat(p[i]).isBetween((i + 1) / 60.0 - 0.23, i / 60.0 + 0.23);
        }
    }

    @Test
    void fewerThanTwoClassesWithEnoughRowsAreNotTested() {
        LabelEvidence large = evidence(4, 0, 20, 30, 30);
        LabelEvidence small = evidence(4, 1, 2, 5, 30);

        assertThat(new JoinedRowsTest(List.of(), LEAST).pValue(99, 1)).isEqualTo(1);
        assertThat(new JoinedRowsTest(List.of(large), LEAST).pValue(99, 1)).isEqualTo(1);
        assertThat(new JoinedRowsTest(List.of(large, small), LEAST).pValue(99, 1))
                .isEqualTo(1);
        assertThat(new JoinedRowsTest(List.of(large, evidence(4, 1, 2, 20, 30)), LEAST).pValue(99, 1))
                .isEqualTo(0.01);
    }
}
