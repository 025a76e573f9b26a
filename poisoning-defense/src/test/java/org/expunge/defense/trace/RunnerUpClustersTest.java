package org.expunge.defense.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Inputs rest on the rows of their hundred, so that which groups are one attack is known before anything is compared.
 */
class RunnerUpClustersTest {
    private static final int[] HUNDREDS = {3, 5, 7};
    private static final int LEAST = 3;

    private static LabelEvidence evidence(double... inputs) {
        return LabelEvidence.gather(
                List.of(PlantedAffinity.planted()),
                PlantedAffinity.train(HUNDREDS),
                0,
                PlantedAffinity.numbers("inputs", inputs),
                PlantedAffinity.usual(40));
    }

    private static List<RunnerUpClusters.Group> split(double[] inputs, int[] runnerUps) {
        return new RunnerUpClusters(evidence(inputs), LEAST)
                .split(IntStream.range(0, inputs.length).toArray(), runnerUps);
    }

    @Test
    void oneClassThatComesSecondIsOneCluster() {
        assertThat(split(new double[] {301, 302, 501, 502}, new int[] {4, 4, 4, 4}))
                .containsExactly(new RunnerUpClusters.Group(new TreeSet<>(List.of(4)), List.of(0, 1, 2, 3)));
    }

    @Test
    void oneInputIsOneCluster() {
        assertThat(new RunnerUpClusters(evidence(301, 302), LEAST).split(new int[] {1}, new int[] {8, 6}))
                .containsExactly(new RunnerUpClusters.Group(new TreeSet<>(List.of(6)), List.of(1)));
    }

    @Test
    void smallGroupsJoinWhatIsLargestWhenTheOthersAreJoined() {
        double[] inputs = {301, 302, 303, 304, 305, 501, 502, 503, 504, 511, 512, 513, 701};
        int[] second = {1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4};

        List<RunnerUpClusters.Group> groups = split(inputs, second);

        // 5 of the first hundred; 4 and 3 of the second, which together are more
        assertThat(groups)
                .extracting(RunnerUpClusters.Group::runnerUps)
                .containsExactly(new TreeSet<>(List.of(2, 3, 4)), new TreeSet<>(List.of(1)));
        assertThat(groups.get(0).members()).containsExactly(5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void inputsThatAreNoMembersAreLeftOut() {
        List<RunnerUpClusters.Group> groups = new RunnerUpClusters(evidence(301, 302, 303, 501, 502, 503), LEAST)
                .split(new int[] {5, 4, 3}, new int[] {1, 1, 1, 2, 2, 2});

        assertThat(groups).extracting(RunnerUpClusters.Group::members).containsExactly(List.of(5, 4, 3));
    }

    /** The twin knows the hundreds: large groups of one hundred are one cluster, small groups go to the largest. */
    @RepeatedTest(30)
    void clustersAreTheAttacksBehindThem(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Double> inputs = new ArrayList<>();
        List<Integer> runnerUps = new ArrayList<>();
        Map<Integer, List<Integer>> large = new TreeMap<>();
        List<Integer> small = new ArrayList<>();
        for (int second = 1; second <= 6; second++) {
            int hundred = HUNDREDS[random.nextInt(HUNDREDS.length)];
            int size = 1 + random.nextInt(6);
            for (int i = 0; i < size; i++) {
                List<Integer> cluster = size >= LEAST ? large.computeIfAbsent(hundred, h -> new ArrayList<>()) : small;
                cluster.add(inputs.size());
                inputs.add(100.0 * hundred + inputs.size());
                runnerUps.add(second);
            }
        }

        List<RunnerUpClusters.Group> groups = split(toDoubles(inputs), RunnerUpClusters.toArray(runnerUps));

        List<List<Integer>> expected = large.values().stream()
                .sorted(Comparator.comparingInt(cluster -> -cluster.size()))
                .collect(Collectors.toCollection(ArrayList::new));
        int most = expected.isEmpty() ? 0 : expected.get(0).size();
        assertThat(groups).extracting(group -> group.members().size()).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(groups.stream().flatMap(group -> group.members().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, inputs.size()).boxed().toList());
        assertThat(groups)
                .allSatisfy(group -> assertThat(group.runnerUps())
                        .containsExactlyElementsOf(new TreeSet<>(
                                group.members().stream().map(runnerUps::get).toList())));
        boolean isTied =
                expected.stream().filter(cluster -> cluster.size() == most).count() > 1;
        if (!expected.isEmpty() && !isTied) {
            expected.get(0).addAll(small);
            assertThat(groups.stream()
                            .map(group -> group.members().stream().sorted().toList()))
                    .containsExactlyInAnyOrderElementsOf(expected.stream()
                            .map(cluster -> cluster.stream().sorted().toList())
                            .toList());
        }
    }

    private static double[] toDoubles(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
