package org.expunge.defense.detect;

import java.util.List;
import org.expunge.influence.data.Dataset;

/**
 * De-duplication: rows that are copies of other rows, exact or near (raw distance and penultimate cosine). Copies make
 * tails heavy and folds leak, and an attacker can hide or frame with them.
 *
 * <p><b>Units.</b> A row's score is how many copies it has, plus one half if copies carry different labels.
 *
 * <p><b>Cost.</b> O(n²d), shared with the other detectors that look at neighbours.
 */
public final class Duplicates implements Detector {
    private static final int SHOWN = 10;

    @Override
    public String name() {
        return "duplicates";
    }

    @Override
    public String rule() {
        return "has a copy, equal or near";
    }

    @Override
    public Detection detect(ScanSetting setting) {
        Dataset train = setting.train();
        CopySets copies = setting.copies();
        double[] scores = new double[train.size()];
        int conflicting = 0;
        for (List<Integer> set : copies.sets()) {
            boolean isConflict = isConflict(train, set);
            conflicting += isConflict ? 1 : 0;
            set.forEach(row -> scores[row] = set.size() - 1 + (isConflict ? 0.5 : 0));
        }
        int[] flagged = copies.sets().stream()
                .flatMap(List::stream)
                .mapToInt(Integer::intValue)
                .toArray();
        return Detection.of(
                this,
                scores,
                flagged,
                copies.sets().size() + " sets of copies, " + conflicting + " of them under different labels",
                "largest sets: " + largest(train, copies.sets()));
    }

    private static boolean isConflict(Dataset train, List<Integer> set) {
        return set.stream().mapToInt(train::label).distinct().count() > 1;
    }

    private static String largest(Dataset train, List<List<Integer>> sets) {
        List<String> shown = sets.stream()
                .sorted((a, b) -> b.size() - a.size())
                .limit(SHOWN)
                .map(set -> train.id(set.get(0)) + " × " + set.size())
                .toList();
        return shown.isEmpty() ? "none" : String.join(", ", shown);
    }
}
