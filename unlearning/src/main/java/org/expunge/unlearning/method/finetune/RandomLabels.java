package org.expunge.unlearning.method.finetune;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Targets;
import org.expunge.influence.training.Seeds;

/**
 * Targets of R as they are, followed by wrong ones of F: uniform among the other classes, drawn anew each epoch.
 *
 * @param retained rows of R
 * @param seed decides the draws
 */
record RandomLabels(int retained, long seed) implements PairedObjective.Labels {
    private static final String LABELS = "random-labels";

    @Override
    public Targets of(Dataset data, int epoch) {
        SplittableRandom random = new SplittableRandom(Seeds.derive(new Seeds(seed).of(LABELS), epoch));
        Map<Integer, Integer> drawn = new HashMap<>();
        for (int row = retained; row < data.size(); row++) {
            int other = random.nextInt(data.classes() - 1);
            drawn.put(row, other < data.label(row) ? other : other + 1);
        }
        return Targets.relabel(data.targets(), drawn);
    }
}
