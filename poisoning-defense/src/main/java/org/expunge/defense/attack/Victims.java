package org.expunge.defense.attack;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    @SuppressWarnings("ArrayRecordComponent") // lives for one call
    record Change(int[] rows, int[] covers, Map<Integer, double[]> features, Map<Integer, Integer> labels) {}

    /** Puts changed rows in place. */
    static PlantedAttack plant(Dataset train, Change change, Attack attack) {
        Dataset poisoned = train.withFeatures(Features.overlay(train.features(), change.features()))
                .withTargets(Targets.relabel(train.targets(), change.labels()));
        int[] all = IntStream.concat(Arrays.stream(change.rows()), Arrays.stream(change.covers()))
                .sorted()
                .toArray();
        return new PlantedAttack(
                poisoned, ids(train, change.rows()), ids(train, change.covers()), train.select(all), attack);
    }

    /** Gives rows another class. */
    static PlantedAttack relabel(Dataset train, Map<Integer, Integer> labels, Attack attack) {
        int[] rows = labels.keySet().stream().mapToInt(row -> row).sorted().toArray();
        return plant(train, new Change(rows, new int[0], Map.of(), labels), attack);
    }

    private static List<String> ids(Dataset data, int[] rows) {
        return Arrays.stream(rows).mapToObj(data::id).toList();
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
