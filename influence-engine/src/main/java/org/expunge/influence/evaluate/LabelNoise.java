package org.expunge.influence.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;

/** Rows of which some were given a wrong class, to see who finds them. */
public final class LabelNoise {
    private final Dataset data;
    private final boolean[] isFlipped;

    private LabelNoise(Dataset data, boolean[] isFlipped) {
        this.data = data;
        this.isFlipped = isFlipped;
    }

    /**
     * Gives random rows another class, each of the others equally likely.
     *
     * @param data n rows with classes
     * @param share of the rows, rounded to a number from 1 to n − 1
     * @param seed decides rows and classes
     */
    public static LabelNoise uniform(Dataset data, double share, long seed) {
        int n = data.size();
        int missing = (int) Math.round(share * n);
        checkArgument(data.classes() >= 2, "%s has no classes to mistake", data.name());
        checkArgument(missing >= 1 && missing < n, "a share of " + share + " of %s rows flips none or all", n);
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] isFlipped = new boolean[n];
        Map<Integer, Integer> labels = new HashMap<>();
        for (int i = 0; i < n; i++) {
            isFlipped[i] = random.nextInt(n - i) < missing;
            if (isFlipped[i]) {
                missing--;
                int other = random.nextInt(data.classes() - 1);
                labels.put(i, other < data.label(i) ? other : other + 1);
            }
        }
        return new LabelNoise(data.withTargets(Targets.relabel(data.targets(), labels)), isFlipped);
    }

    /** Returns the rows with the classes given. */
    public Dataset data() {
        return data;
    }

    /** Returns n flags: whether a row's class is wrong; a copy. */
    public boolean[] isFlipped() {
        return Arrays.copyOf(isFlipped, isFlipped.length);
    }
}
