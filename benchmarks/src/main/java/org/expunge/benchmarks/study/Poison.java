package org.expunge.benchmarks.study;

import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.expunge.defense.attack.AttackGate;
import org.expunge.defense.attack.PatchAttack;
import org.expunge.defense.attack.PatchTrigger;
import org.expunge.defense.attack.PlantedAttack;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.network.Model;
import org.expunge.influence.training.Evaluator;

/**
 * Training rows that somebody spoilt, and how to tell how much a model learned from them.
 *
 * @param name what was done
 * @param train all rows, the spoilt ones among them
 * @param rows the spoilt ones, in an order in which they might be found
 * @param trueLabels what the spoilt rows should be labelled
 * @param success how well the attack works on a model, from 0 to 1
 */
record Poison(
        String name,
        Dataset train,
        List<Integer> rows,
        Map<Integer, Integer> trueLabels,
        ToDoubleFunction<Model> success) {
    private static final int PATCHED_ROWS = 45;
    private static final int PATCH_TARGET = 0;
    private static final int SWAPPED = 7;
    private static final int SWAPPED_WITH = 9;
    private static final double SWAPPED_SHARE = 0.4;

    /** Stamps 3 × 3 bright pixels on 3 % of the rows, from every class, and labels them as the first. */
    static Poison patch(FashionSetting setting, Evaluator evaluator, long seed) {
        PatchAttack attack = new PatchAttack(new PatchAttack.Options(
                PatchAttack.EVERY_CLASS, PATCH_TARGET, PATCHED_ROWS, new PatchTrigger(3, 3, 0, 1), seed));
        PlantedAttack planted = attack.plant(setting.train());
        Dataset inputs = attack.attackInputs(setting.test());
        int[] rows = shuffled(planted.train().rowsOf(planted.adversarialIds()), seed);
        return new Poison(
                "patch",
                planted.train(),
                Ints.asList(rows),
                labels(setting.train(), rows),
                model ->
                        AttackGate.successRate(evaluator.evaluate(model, inputs).predictedLabels(), PATCH_TARGET));
    }

    /** Swaps the labels of four in ten rows of two classes. */
    static Poison labelSwap(FashionSetting setting, Evaluator evaluator, long seed) {
        Dataset clean = setting.train();
        int[] rows = IntStream.concat(drawn(clean, SWAPPED, seed), drawn(clean, SWAPPED_WITH, seed))
                .toArray();
        Map<Integer, Integer> swapped = new HashMap<>();
        for (int row : rows) {
            swapped.put(row, other(clean.label(row)));
        }
        Dataset test = setting.test();
        int[] ofBoth = IntStream.range(0, test.size())
                .filter(row -> test.label(row) == SWAPPED || test.label(row) == SWAPPED_WITH)
                .toArray();
        Dataset probes = test.select(ofBoth);
        return new Poison(
                "label swap",
                clean.withTargets(Targets.relabel(clean.targets(), swapped)),
                Ints.asList(shuffled(rows, seed)),
                labels(clean, rows),
                model -> confused(evaluator.evaluate(model, probes).predictedLabels(), probes));
    }

    private static double confused(int[] predicted, Dataset probes) {
        return IntStream.range(0, predicted.length)
                        .filter(i -> predicted[i] == other(probes.label(i)))
                        .count()
                / (double) predicted.length;
    }

    private static int other(int label) {
        return label == SWAPPED ? SWAPPED_WITH : SWAPPED;
    }

    private static IntStream drawn(Dataset data, int label, long seed) {
        int[] all = IntStream.range(0, data.size())
                .filter(row -> data.label(row) == label)
                .toArray();
        return Arrays.stream(shuffled(all, seed)).limit(Math.round(SWAPPED_SHARE * all.length));
    }

    private static Map<Integer, Integer> labels(Dataset clean, int[] rows) {
        Map<Integer, Integer> labels = new HashMap<>();
        for (int row : rows) {
            labels.put(row, clean.label(row));
        }
        return labels;
    }

    private static int[] shuffled(int[] rows, long seed) {
        return new Random(seed)
                .ints(0, rows.length)
                .distinct()
                .limit(rows.length)
                .map(i -> rows[i])
                .toArray();
    }
}
