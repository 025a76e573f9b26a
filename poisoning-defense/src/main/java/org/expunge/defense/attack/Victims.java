package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
                "the attack needs %s rows %s but the training data have %s; ask for fewer poison rows",
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

    /**
     * What an attack does to training rows.
     *
     * @param rows the adversarial ones, ascending
     * @param covers those that keep their label, ascending
     * @param features new raw values of changed rows
     * @param labels new classes of relabelled rows
     */
    record Change(
            List<Integer> rows, List<Integer> covers, Map<Integer, double[]> features, Map<Integer, Integer> labels) {}

    /** Puts changed rows in place. */
    static PlantedAttack plant(Dataset train, Change change, Attack attack) {
        Dataset poisoned = train.withFeatures(Features.overlay(train.features(), change.features()))
                .withTargets(Targets.relabel(train.targets(), change.labels()));
        int[] all = Stream.concat(change.rows().stream(), change.covers().stream())
                .mapToInt(row -> row)
                .sorted()
                .toArray();
        return new PlantedAttack(
                poisoned, ids(train, change.rows()), ids(train, change.covers()), train.select(all), attack);
    }

    /** Gives rows another class. */
    static PlantedAttack relabel(Dataset train, Map<Integer, Integer> labels, Attack attack) {
        List<Integer> rows = labels.keySet().stream().sorted().toList();
        return plant(train, new Change(rows, List.of(), Map.of(), labels), attack);
    }

    private static List<String> ids(Dataset data, List<Integer> rows) {
        return rows.stream().map(data::id).toList();
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
