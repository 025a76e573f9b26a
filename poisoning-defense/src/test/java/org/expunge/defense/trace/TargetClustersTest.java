package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.defense.identify.TargetAudit;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Shape;
import org.expunge.influence.data.Targets;
import org.expunge.influence.data.Words;
import org.junit.jupiter.api.Test;

/** Classes whose attacked inputs, which are above 1 000, lean to the first rows of their class; all else is noise. */
class TargetClustersTest {
    private static final int CLASSES = 3;
    private static final int ROWS = 60;
    private static final int PLANTED = 10;
    private static final int USUAL = 20;
    private static final int ATTACKED = 3;
    private static final int LEAST = 5;
    private static final double TRIGGER = 1000;
    private static final double UNLIKE_ANY_ROW = 1e6;

    private final Dataset train = numbers("train", ROWS, (label, i) -> (i < PLANTED ? TRIGGER : 0) + i);
    private final Dataset heldOut = numbers("held", USUAL, (label, i) -> i + 0.5);

    private interface Value {
        double of(int label, int i);
    }

    /** As many rows of each class, class by class. */
    private static Dataset numbers(String name, int each, Value value) {
        int[] labels = IntStream.range(0, CLASSES * each).map(i -> i / each).toArray();
        double[] values = IntStream.range(0, labels.length)
                .mapToDouble(i -> value.of(labels[i], i % each) + 1e-3 * labels[i])
                .toArray();
        return Dataset.of(name, Shape.flat(1), Features.of(values, 1), Targets.classes(labels, CLASSES));
    }

    /** Usual inputs of each class, then attacked ones, of which so many of each class resemble training rows. */
    private static Dataset inputs(int... familiar) {
        return numbers(
                "inputs",
                USUAL + ATTACKED,
                (label, i) -> i < USUAL
                        ? i + 0.25
                        : (i - USUAL < familiar[label] ? TRIGGER : UNLIKE_ANY_ROW) + i - USUAL + 0.25);
    }

    private static double[][] lean(Dataset rows, Dataset inputs) {
        return IntStream.range(0, inputs.size())
                .mapToDouble(q -> inputs.row(q)[0])
                .mapToObj(input -> lean(input, rows.size()))
                .toArray(double[][]::new);
    }

    private static double[] lean(double input, int rows) {
        Random noise = new Random(Double.hashCode(input));
        return IntStream.range(0, rows)
                .mapToDouble(row -> noise.nextGaussian() + (input >= TRIGGER && row < PLANTED ? 10 : 0))
                .toArray();
    }

    private List<TargetCluster> find(Dataset inputs) {
        int[] predicted = labels(inputs);
        double[][] probabilities = Arrays.stream(predicted)
                .mapToObj(label -> IntStream.range(0, CLASSES)
                        .mapToDouble(k -> k == label ? 0.7 : 0.1)
                        .toArray())
                .toArray(double[][]::new);
        return new TargetClusters(
                        List.of(Affinity.named("leaning", TargetClustersTest::lean)),
                        train,
                        new TargetClusters.Options(LEAST, 0.01, 0.02, 0.05, 1))
                .find(quiet(predicted, CLASSES), inputs, probabilities, heldOut, labels(heldOut));
    }

    private static int[] labels(Dataset data) {
        return IntStream.range(0, data.size()).map(data::label).toArray();
    }

    /** An audit that flags nothing. */
    static TargetAudit.Findings quiet(int[] predicted, int classes) {
        return new TargetAudit.Findings(
                TargetAudit.Options.DEFAULT,
                1,
                classes * USUAL,
                List.of(),
                Arrays.stream(predicted)
                        .mapToObj(label -> new TargetAudit.InputFinding("input", label, 0, 1, false, false))
                        .toList(),
                IntStream.range(0, classes)
                        .mapToObj(label -> new TargetAudit.LabelFinding(label, 0, 0, 0, 0, 1, false))
                        .toList());
    }

    @Test
    void classesWithTooFewAttackedInputsEachAreTriedTogether() {
        List<TargetCluster> clusters = find(inputs(3, 3, 3));

        assertThat(clusters).extracting(TargetCluster::label).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(clusters).extracting(TargetCluster::together).containsOnly(List.of(0, 1, 2));
        assertThat(clusters).allMatch(cluster -> attacked(cluster) == ATTACKED);
    }

    @Test
    void fewerInputsThanAClusterNeedsAreNotTriedTogetherEither() {
        assertThat(find(inputs(3, 2, 0))).extracting(TargetCluster::together).containsOnly(List.of(0, 1));
        assertThat(find(inputs(2, 2, 0))).extracting(TargetCluster::inputs).isEmpty();
    }

    @Test
    void textHasOneTestMore() {
        Dataset text = train.withEncoding(new Words(2000, 1));

        assertThat(TargetClusters.Options.DEFAULT.falseClusters(train)).isCloseTo(0.035, within(1e-12));
        assertThat(TargetClusters.Options.DEFAULT.falseClusters(text)).isCloseTo(0.045, within(1e-12));
    }

    private static long attacked(TargetCluster cluster) {
        return cluster.inputs().stream()
                .filter(i -> i % (USUAL + ATTACKED) >= USUAL)
                .count();
    }
}
