package org.expunge.influence.score.ensemble;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.expunge.influence.score.Provenance;

/** Tells how an average of scores was made from how its members were. */
final class Provenances {
    private Provenances() {}

    /**
     * Joins what members said, over all blocks.
     *
     * @param method the ensemble's name
     * @param members M
     * @param made at least one a member: those of the first block in the order of the members, then of the next
     * @throws IllegalArgumentException if the members' units differ
     */
    static Provenance mean(String method, int members, List<Provenance> made) {
        Provenance first = made.get(0);
        List<Provenance.UsedCheckpoint> used = new ArrayList<>();
        SortedMap<String, Double> dampings = new TreeMap<>();
        SortedMap<String, String> choices = new TreeMap<>();
        double coverage = 100;
        for (int m = 0; m < members; m++) {
            Provenance member = made.get(m);
            checkArgument(
                    member.units() == first.units(),
                    "scores in %s and in %s cannot be averaged",
                    first.units(),
                    member.units());
            for (Provenance.UsedCheckpoint c : member.checkpoints()) {
                used.add(new Provenance.UsedCheckpoint(
                        c.iteration(), c.epoch(), c.learningRate(), c.weight() / members));
            }
            String prefix = "member-" + m + " ";
            member.inverse().dampings().forEach((layer, damping) -> dampings.put(prefix + layer, damping));
            member.inverse().choices().forEach((name, choice) -> choices.put(prefix + name, choice));
            coverage = Math.min(coverage, member.coveragePercent());
        }
        return new Provenance(
                method,
                used,
                joined(made.stream().map(Provenance::curvature)),
                made.stream().mapToDouble(Provenance::damping).min().orElse(0),
                made.stream().flatMap(p -> p.layers().stream()).distinct().toList(),
                coverage,
                first.units(),
                joined(made.stream().map(Provenance::backend)),
                first.precision(),
                skipped(made),
                inverse(dampings, choices, made));
    }

    private static Provenance.Skipped skipped(List<Provenance> made) {
        List<Provenance.Skipped> all = made.stream().map(Provenance::skipped).toList();
        return new Provenance.Skipped(
                all.stream().mapToLong(Provenance.Skipped::rowTerms).sum(),
                all.stream().mapToLong(Provenance.Skipped::queryTerms).sum(),
                all.stream()
                        .mapToDouble(Provenance.Skipped::smallestRowDelta)
                        .min()
                        .orElse(0),
                all.stream()
                        .mapToDouble(Provenance.Skipped::smallestQueryDelta)
                        .min()
                        .orElse(0));
    }

    private static Provenance.Inverse inverse(
            SortedMap<String, Double> dampings, SortedMap<String, String> choices, List<Provenance> made) {
        List<Provenance.Inverse> all = made.stream().map(Provenance::inverse).toList();
        return new Provenance.Inverse(
                dampings,
                joined(all.stream().map(Provenance.Inverse::preconditioner)),
                all.stream().mapToInt(Provenance.Inverse::solves).sum(),
                all.stream().mapToLong(Provenance.Inverse::products).sum(),
                all.stream()
                        .mapToDouble(Provenance.Inverse::largestResidual)
                        .max()
                        .orElse(0),
                all.stream().mapToInt(Provenance.Inverse::unconverged).sum(),
                choices);
    }

    private static String joined(Stream<String> names) {
        return String.join(", ", names.distinct().sorted().toList());
    }
}
