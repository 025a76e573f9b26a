package org.expunge.influence.data;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a data set in three so that every class has its share of each part; regression rows count as one class.
 *
 * <p><b>Accuracy.</b> A part's size is within one row of its fraction of all rows, and within two rows of its share of
 * any class.
 *
 * <p>Rows keep their order within a part. The same seed and the same rows give the same parts on every machine.
 *
 * @param validation the fraction of rows to decide by, in [0, 1)
 * @param test the fraction of rows to report on, in [0, 1); {@code validation + test < 1}
 * @param seed draws which rows
 */
public record StratifiedSplit(double validation, double test, long seed) {
    /** A group column that, where there is one, says in place of the classes what each part is to have its share of. */
    public static final String STRATUM = "stratum";

    public StratifiedSplit {
        checkArgument(validation >= 0 && validation < 1, "validation must be in [0, 1), but it is %s", validation);
        checkArgument(test >= 0 && test < 1, "test must be in [0, 1), but it is %s", test);
        double together = validation + test;
        checkArgument(together < 1, "validation and test take %s of the rows and leave none to train on", together);
    }

    /**
     * Splits what was loaded; where the source has test rows of its own, they are the test part.
     *
     * @param data the loaded rows
     * @return the parts
     */
    public Partition split(LoadedData data) {
        Optional<Dataset> own = data.test();
        if (own.isEmpty()) {
            return split(data.train());
        }
        Partition parts = new StratifiedSplit(validation, 0, seed).split(data.train());
        return new Partition(parts.train(), parts.validation(), own.get());
    }

    /**
     * Splits one data set.
     *
     * @param data the rows
     * @return the parts, each a view
     */
    public Partition split(Dataset data) {
        List<Integer> shuffled = rowsByClass(data);
        boolean[] inTest = new boolean[data.size()];
        boolean[] inValidation = new boolean[data.size()];
        double testShare = 0.5;
        double validationShare = 0.5;
        for (int row : shuffled) {
            testShare += test;
            validationShare += validation;
            if (testShare >= 1) {
                testShare -= 1;
                inTest[row] = true;
            } else if (validationShare >= 1) {
                validationShare -= 1;
                inValidation[row] = true;
            }
        }
        return new Partition(
                pick(data, row -> !inTest[row] && !inValidation[row]),
                pick(data, row -> inValidation[row]),
                pick(data, row -> inTest[row]));
    }

    /** Lists all rows, class after class, shuffled within each. */
    private List<Integer> rowsByClass(Dataset data) {
        IntUnaryOperator stratum = stratum(data);
        TreeMap<Integer, List<Integer>> classes = new TreeMap<>();
        for (int row = 0; row < data.size(); row++) {
            classes.computeIfAbsent(stratum.applyAsInt(row), unused -> new ArrayList<>())
                    .add(row);
        }
        SplittableRandom root = new SplittableRandom(seed);
        classes.values().forEach(rows -> shuffle(rows, root.split()));
        return classes.values().stream().flatMap(List::stream).toList();
    }

    private static IntUnaryOperator stratum(Dataset data) {
        int @Nullable [] strata = data.groups().get(STRATUM);
        if (strata != null) {
            return row -> strata[row];
        }
        return data.classes() == 0 ? row -> 0 : data::label;
    }

    /** Fisher and Yates' shuffle, spelled out so that the draw is the same on every Java version. */
    private static void shuffle(List<Integer> rows, SplittableRandom random) {
        for (int i = rows.size() - 1; i > 0; i--) {
            Collections.swap(rows, i, random.nextInt(i + 1));
        }
    }

    private static Dataset pick(Dataset data, IntPredicate wanted) {
        return data.select(IntStream.range(0, data.size()).filter(wanted).toArray());
    }
}
