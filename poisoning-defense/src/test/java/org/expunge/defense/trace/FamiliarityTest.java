package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FamiliarityTest {
    private static boolean[] familiar(Dataset train, Dataset reference, Dataset inputs) {
        Familiarity familiarity = new Familiarity(train, reference);
        boolean[] answers = new boolean[inputs.size()];
        IntStream.range(0, answers.length).forEach(i -> answers[i] = familiarity.isFamiliar(inputs, i));
        return answers;
    }

    @Test
    void theFarthestHeldOutRowIsTheLimitAndBelongsToIt() {
        // held-out rows lie 3 and 2 from the nearest of 0 and 10
        Dataset inputs = PlantedAffinity.numbers("inputs", -3, -3.001, 3, 5, 6.999, 7, 10, 13, 13.001);

        assertThat(familiar(PlantedAffinity.numbers("train", 0, 10), PlantedAffinity.numbers("held", 3, 12), inputs))
                .containsExactly(true, false, true, false, false, true, true, true, false);
    }

    @Test
    void heldOutRowsThatAreCopiesLeaveNothingFamiliarButCopies() {
        assertThat(familiar(
                        PlantedAffinity.numbers("train", 1, 2),
                        PlantedAffinity.numbers("held", 2),
                        PlantedAffinity.numbers("inputs", 1, 1.0001)))
                .containsExactly(true, false);
    }

    @Test
    void onlyTheFirst200HeldOutRowsAreAsked() {
        double[] held = new double[201];
        held[200] = 50;
        double[] asked = held.clone();
        asked[199] = 50;

        assertThat(familiar(
                        PlantedAffinity.numbers("train", 0),
                        PlantedAffinity.numbers("held", held),
                        PlantedAffinity.numbers("inputs", 50)))
                .containsExactly(false);
        assertThat(familiar(
                        PlantedAffinity.numbers("train", 0),
                        PlantedAffinity.numbers("held", asked),
                        PlantedAffinity.numbers("inputs", 50)))
                .containsExactly(true);
    }

    @Test
    void withoutHeldOutRowsNothingIsStrange() {
        Dataset one = PlantedAffinity.numbers("train", 1);

        assertThat(familiar(one, one.select(new int[0]), PlantedAffinity.numbers("inputs", 1e9)))
                .containsExactly(true);
    }

    @Test
    void whatDiffersInFewFeaturesIsFamiliarAndWhatDiffersInAllIsNot() {
        double[] few = new double[8];
        Arrays.fill(few, 0, 2, 100);
        double[] many = new double[8];
        Arrays.fill(many, 0, 3, 100);
        double[] held = new double[8];
        Arrays.fill(held, 0, 4, 1);

        assertThat(familiar(wide("train", new double[8]), wide("held", held), wide("inputs", few, many, held)))
                .containsExactly(true, false, true);
    }

    @Test
    void textIsFamiliarByItsWords() {
        Words words = new Words(20, 1);
        Dataset train = wide(
                        "train", new double[] {2, 3, 4, 5}, new double[] {6, 7, 8, 9}, new double[] {2, 10, 11, 12})
                .withEncoding(words);
        Dataset held = wide("held", new double[] {3, 2, 19, 0});
        double[] otherOrder = {5, 4, 3, 2};
        double[] nothingKnown = {14, 15, 16, 17};
        double[] oneNumberAway = {3, 4, 5, 6};

        assertThat(familiar(train, held, wide("inputs", otherOrder, nothingKnown, oneNumberAway)))
                .containsExactly(true, false, true);
    }

    /** The twin squares nothing and sorts all: distances in the plane by {@link Math#hypot}. */
    @RepeatedTest(20)
    void agreesWithDistancesInThePlane(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        double[][] train = points(random, 30, 1);
        double[][] held = points(random, 15, 1);
        double[][] inputs = points(random, 60, 2);

        double limit = Arrays.stream(held)
                .mapToDouble(point -> nearest(point, train))
                .max()
                .orElseThrow();
        boolean[] answers = familiar(plane("train", train), plane("held", held), plane("inputs", inputs));

        for (int i = 0; i < inputs.length; i++) {
            assertThat(answers[i]).isEqualTo(nearest(inputs[i], train) <= limit);
        }
    }

    private static double nearest(double[] point, double[][] among) {
        return Arrays.stream(among)
                .mapToDouble(other -> Math.hypot(point[0] - other[0], point[1] - other[1]))
                .sorted()
                .findFirst()
                .orElseThrow();
    }

    private static double[][] points(Random random, int count, double width) {
        return IntStream.range(0, count)
                .mapToObj(i -> new double[] {width * random.nextGaussian(), width * random.nextGaussian()})
                .toArray(double[][]::new);
    }

    private static Dataset wide(String name, double[]... rows) {
        double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        int width = rows[0].length;
        return Dataset.of(
                name, new Shape(1, 1, width), Features.of(values, width), Targets.classes(new int[rows.length], 3));
    }

    private static Dataset plane(String name, double[][] points) {
        double[] values = Arrays.stream(points).flatMapToDouble(Arrays::stream).toArray();
        return Dataset.of(name, Shape.flat(2), Features.of(values, 2), Targets.classes(new int[points.length], 3));
    }
}
