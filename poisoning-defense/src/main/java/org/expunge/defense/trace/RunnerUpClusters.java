package org.expunge.defense.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Splits the suspected inputs of a class by the class that comes second, which for a target of an attack is mostly the
 * one that it was made of. Groups that turn out to rest on the same rows are joined again, so that one attack on inputs
 * of many classes stays one cluster; small groups join the largest.
 */
final class RunnerUpClusters {
    /** Share of foremost rows by which two groups are one. */
    private static final double SAME = 0.5;

    private final LabelEvidence evidence;
    private final int leastMembers;

    RunnerUpClusters(LabelEvidence evidence, int leastMembers) {
        this.evidence = evidence;
        this.leastMembers = leastMembers;
    }

    /** Inputs by their positions among those of the class, and which classes come second for them. */
    record Group(Set<Integer> runnerUps, List<Integer> members) {
        Group with(Group other) {
            Set<Integer> seconds = new TreeSet<>(runnerUps);
            seconds.addAll(other.runnerUps);
            return new Group(
                    seconds,
                    Stream.concat(members.stream(), other.members.stream()).toList());
        }
    }

    /**
     * Splits.
     *
     * @param members positions among the inputs of the class, at least 1
     * @param runnerUps the class that comes second for each input of the class
     * @return at least one group, largest first
     */
    List<Group> split(int[] members, int[] runnerUps) {
        List<Group> bySecond = Arrays.stream(members)
                .boxed()
                .collect(Collectors.groupingBy(q -> runnerUps[q], TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> new Group(Set.of(entry.getKey()), entry.getValue()))
                .sorted(Comparator.comparingInt(group -> -group.members().size()))
                .toList();
        List<Group> clusters = new ArrayList<>();
        for (Group group : bySecond) {
            int same = group.members().size() >= leastMembers ? alike(clusters, group) : largest(clusters);
            if (same < clusters.size()) {
                clusters.set(same, clusters.get(same).with(group));
            } else {
                clusters.add(group);
            }
        }
        clusters.sort(Comparator.comparingInt(group -> -group.members().size()));
        return clusters;
    }

    /** Returns the largest cluster, the first of several; 0 if there is none. */
    private static int largest(List<Group> clusters) {
        int largest = 0;
        for (int c = 1; c < clusters.size(); c++) {
            largest = clusters.get(c).members().size()
                            > clusters.get(largest).members().size()
                    ? c
                    : largest;
        }
        return largest;
    }

    /** Returns the first cluster that rests on the same rows as a group, or the number of clusters. */
    private int alike(List<Group> clusters, Group group) {
        Set<Integer> rows = foremost(group);
        int cluster = 0;
        while (cluster < clusters.size()) {
            Set<Integer> shared = foremost(clusters.get(cluster));
            shared.retainAll(rows);
            if (shared.size() >= SAME * rows.size()) {
                return cluster;
            }
            cluster++;
        }
        return cluster;
    }

    private Set<Integer> foremost(Group group) {
        return Arrays.stream(evidence.trace(toArray(group.members())).vote().ranked())
                .limit(LabelEvidence.TOP)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static int[] toArray(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
