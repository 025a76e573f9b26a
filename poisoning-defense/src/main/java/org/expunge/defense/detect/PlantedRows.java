package org.expunge.defense.detect;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Booleans;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;

/**
 * Which rows an attack of one's own changed.
 *
 * @param isPlanted n flags, some true and some false: rows that do the harm
 * @param isCover n flags: rows that were changed too, keep their true label and hide the others; they count neither as
 *     found nor as falsely flagged
 * @param classPrior the largest share, over classes, of planted rows among the rows that carry the class: the average
 *     precision of knowing the attacked class and nothing else
 */
public record PlantedRows(List<Boolean> isPlanted, List<Boolean> isCover, double classPrior) {
    /** Copies the flags. */
    public PlantedRows {
        isPlanted = List.copyOf(isPlanted);
        isCover = List.copyOf(isCover);
    }

    /** Marks rows by id, of an attack without covers. */
    public static PlantedRows of(Dataset train, Collection<String> ids) {
        return of(train, ids, List.of());
    }

    /**
     * Marks rows by id.
     *
     * @param train n rows
     * @param ids planted ones; ids that are not among the rows were removed and are passed over
     * @param coverIds covers, passed over alike
     * @throws IllegalArgumentException if none or all of the rows are planted
     */
    public static PlantedRows of(Dataset train, Collection<String> ids, Collection<String> coverIds) {
        boolean[] isPlanted = marked(train, ids);
        int[] planted = new int[train.classes()];
        int[] counts = new int[train.classes()];
        for (int i = 0; i < isPlanted.length; i++) {
            planted[train.label(i)] += isPlanted[i] ? 1 : 0;
            counts[train.label(i)]++;
        }
        int total = IntStream.of(planted).sum();
        checkArgument(
                total > 0 && total < isPlanted.length,
                "of %s planted ids, %s are among the %s rows of %s; are these rows of another run?",
                ids.size(),
                total,
                isPlanted.length,
                train.name());
        double prior = IntStream.range(0, counts.length)
                .filter(c -> counts[c] > 0)
                .mapToDouble(c -> planted[c] / (double) counts[c])
                .max()
                .orElse(0);
        return new PlantedRows(Booleans.asList(isPlanted), Booleans.asList(marked(train, coverIds)), prior);
    }

    private static boolean[] marked(Dataset train, Collection<String> ids) {
        Set<String> wanted = Set.copyOf(ids);
        boolean[] isMarked = new boolean[train.size()];
        for (int i = 0; i < isMarked.length; i++) {
            isMarked[i] = wanted.contains(train.id(i));
        }
        return isMarked;
    }

    /** Returns the rows that are not covers, ascending. */
    int[] withoutCovers() {
        return IntStream.range(0, isCover.size()).filter(i -> !isCover.get(i)).toArray();
    }

    /** Returns n flags of planted rows; a copy. */
    public boolean[] toArray() {
        return Booleans.toArray(isPlanted);
    }
}
