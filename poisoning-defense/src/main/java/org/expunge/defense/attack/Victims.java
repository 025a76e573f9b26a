package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.data.Targets;

/** Choosing rows to attack, and putting changed rows in their place. */
final class Victims {
    private Victims() {}

    /** Draws {@code count} rows of the pool without replacement, in ascending order. */
    static int[] draw(int[] pool, int count, long seed, String what) {
        checkArgument(
                count <= pool.length,
                "the attack needs %s rows of %s but the training data have %s; ask for fewer poison rows",
                count,
                what,
                pool.length);
        int[] shuffled = pool.clone();
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(shuffled.length - i);
            int kept = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = kept;
        }
        int[] drawn = Arrays.copyOf(shuffled, count);
        Arrays.sort(drawn);
        return drawn;
    }

    /** Returns the rows of a class, or of all classes but {@code target} when {@code source} is negative. */
    static int[] rowsToAttack(Dataset data, int source, int target) {
        return IntStream.range(0, data.size())
                .filter(i -> source < 0 ? data.label(i) != target : data.label(i) == source)
                .toArray();
    }

    /** Changes the features and labels of some rows. */
    static PlantedAttack plant(
            Dataset train, int[] rows, BiFunction<Dataset, Integer, double[]> change, int label, Attack attack) {
        Map<Integer, double[]> changed = new HashMap<>();
        int[] labels = labels(train);
        for (int row : rows) {
            changed.put(row, change.apply(train, row));
            labels[row] = label;
        }
        Dataset poisoned =
                train.withFeatures(Features.overlay(train.features(), changed)).withTargets(relabelled(train, labels));
        List<String> ids = Arrays.stream(rows).mapToObj(train::id).toList();
        return new PlantedAttack(poisoned, ids, List.of(), train.select(rows), attack);
    }

    /** Returns the labels of all rows. */
    static int[] labels(Dataset data) {
        return IntStream.range(0, data.size()).map(data::label).toArray();
    }

    /** Returns targets of the data's own kind for other labels. */
    static Targets relabelled(Dataset data, int[] labels) {
        return data.targets().isClasses()
                ? Targets.classes(labels, data.classes())
                : Targets.real(Arrays.stream(labels).asDoubleStream().toArray(), 1);
    }

    /** Checks that a class exists. */
    static void checkClass(Dataset data, int label, String role) {
        checkArgument(
                label < data.classes(),
                "%s class %s does not exist; there are %s classes",
                role,
                label,
                data.classes());
    }
}
