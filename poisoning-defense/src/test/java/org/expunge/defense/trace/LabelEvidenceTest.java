package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.junit.jupiter.api.Test;

class LabelEvidenceTest {
    private static final Dataset INPUTS = PlantedAffinity.numbers(
            "inputs", 21, 22, 23, 24, 25, 301, 302, 303, 304, 305, 306, 501, 502, 503, 504, 505);

    private final Dataset train = PlantedAffinity.train(3, 5);

    @Test
    void contrastPutsPlantedRowsBeforeThoseThatEverythingLeansTo() {
        LabelEvidence evidence = evidence(PlantedAffinity.usual(40));

        ClusterTrace trace = evidence.trace(new int[] {5, 6, 7});

        assertThat(values(trace, 8)).allMatch(value -> value > 300 && value < 400);
        assertThat(trace.parts()).extracting(RowRanking::method).containsExactly("planted");
        assertThat(values(evidence(PlantedAffinity.usual(0)).trace(new int[] {5, 6, 7}), 5))
                .allMatch(value -> value < 10);
    }

    @Test
    void suspectedInputsBringInThoseThatRestOnTheSameRows() {
        int[] resting = evidence(PlantedAffinity.usual(40)).restingWith(new int[] {5, 6});

        assertThat(Arrays.stream(resting).limit(6).sorted()).containsExactly(5, 6, 7, 8, 9, 10);
        assertThat(resting).hasSizeLessThan(10).doesNotContain(11, 12, 13);
    }

    @Test
    void clustersByTheSecondClassAreJoinedWhereTheyRestOnTheSameRows() {
        LabelEvidence evidence = evidence(PlantedAffinity.usual(40));
        int[] members = IntStream.range(5, 16).toArray();
        int[] oneAttackHasTwoSeconds = {1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1};
        int[] second = oneAttackHasTwoSeconds.clone();
        Arrays.fill(second, 11, 16, 0);

        List<RunnerUpClusters.Group> groups = new RunnerUpClusters(evidence, 3).split(members, second);

        assertThat(groups).hasSize(2);
        assertThat(groups.get(0).members()).containsExactlyInAnyOrder(5, 6, 7, 8, 9, 10);
        assertThat(groups.get(0).runnerUps()).containsExactly(1, 2);
        assertThat(groups.get(1).members()).containsExactly(11, 12, 13, 14, 15);
    }

    @Test
    void copiesOfARowDoNotChangeTheScaleOfTheOthers() {
        Dataset usual = PlantedAffinity.usual(40);
        double[] same = new double[10];
        Arrays.fill(same, train.row(20)[0]);
        Dataset copied = train.concat(PlantedAffinity.numbers("copies", same)
                .withIds(IntStream.range(0, 10).mapToObj(i -> "copy-" + i).toList()));

        double[] often = LabelEvidence.gather(List.of(byValue()), copied, 0, INPUTS, usual)
                .trace(new int[] {5, 6})
                .vote()
                .toArray();
        double[] before = LabelEvidence.gather(List.of(byValue()), train, 0, INPUTS, usual)
                .trace(new int[] {5, 6})
                .vote()
                .toArray();

        assertThat(Arrays.copyOf(often, before.length)).isEqualTo(before);
    }

    @Test
    void anAffinityThatDoesNotTellMembersFromHeldOutRowsHasNoVote() {
        Dataset usual = PlantedAffinity.usual(40);
        int[] members = {5, 6, 7, 8};
        LabelEvidence alone = LabelEvidence.gather(List.of(PlantedAffinity.planted()), train, 0, INPUTS, usual);
        Affinity same = Affinity.named("same for all", (rows, inputs) -> {
            double[] values = IntStream.range(0, rows.size())
                    .mapToDouble(i -> Math.cos(rows.row(i)[0]))
                    .toArray();
            return IntStream.range(0, inputs.size()).mapToObj(q -> values).toArray(double[][]::new);
        });
        LabelEvidence both = LabelEvidence.gather(List.of(same, PlantedAffinity.planted()), train, 0, INPUTS, usual);

        assertThat(both.trace(members).vote().toArray())
                .isEqualTo(alone.trace(members).vote().toArray());
        assertThat(both.trace(members).parts()).hasSize(2);
    }

    @Test
    void ofFeaturesKeepsWhatOwesNothingToTheModel() {
        LabelEvidence both = LabelEvidence.gather(
                List.of(PlantedAffinity.planted(), Affinities.rawNearness()),
                train,
                0,
                INPUTS,
                PlantedAffinity.usual(40));

        assertThat(both.ofFeatures().orElseThrow().trace(new int[] {5, 6}).parts())
                .extracting(RowRanking::method)
                .containsExactly("raw nearness");
        assertThat(evidence(PlantedAffinity.usual(40)).ofFeatures()).isEmpty();
    }

    @Test
    void refusesAClassWithoutRowsOrInputs() {
        assertThatThrownBy(() -> LabelEvidence.gather(
                        List.of(PlantedAffinity.planted()), train, 1, INPUTS, PlantedAffinity.usual(3)))
                .hasMessageContaining("0 training rows carry label 1");
        assertThatThrownBy(() -> evidence(PlantedAffinity.usual(3)).trace(new int[0]))
                .hasMessageContaining("no flagged inputs");
    }

    /** Returns an affinity that depends on the row's number alone, so that copies score alike. */
    private static Affinity byValue() {
        return Affinity.named(
                "by value",
                (rows, inputs) -> IntStream.range(0, inputs.size())
                        .mapToObj(q -> IntStream.range(0, rows.size())
                                .mapToDouble(i -> Math.cos(rows.row(i)[0] * inputs.row(q)[0]))
                                .toArray())
                        .toArray(double[][]::new));
    }

    private LabelEvidence evidence(Dataset usual) {
        return LabelEvidence.gather(List.of(PlantedAffinity.planted()), train, 0, INPUTS, usual);
    }

    private List<Double> values(ClusterTrace trace, int count) {
        return Arrays.stream(trace.vote().ranked())
                .limit(count)
                .mapToObj(row -> train.row(row)[0])
                .toList();
    }
}
