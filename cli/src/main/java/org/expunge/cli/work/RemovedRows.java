package org.expunge.cli.work;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.TopK;

/** Which rows are removed one by one to see what that does. */
final class RemovedRows {
    private RemovedRows() {}

    /**
     * Picks rows of large gradients, where effects are not lost in rounding, and as many random ones.
     *
     * @param engine where to compute
     * @param model the model
     * @param train the rows to pick from
     * @param most how many, if there are more
     * @param seed decides the random ones
     * @return the rows, ascending
     */
    static int[] of(Engine engine, Model model, Dataset train, int most, long seed) {
        int count = Math.min(most, train.size() - 1);
        double[] norms = new PerExample(engine).norms(model, train).total();
        int[] largest = TopK.of(norms, count / 2, TopK.End.PROPONENTS).stream()
                .mapToInt(TopK.Ranked::row)
                .toArray();
        int[] random = new Random(seed)
                .ints(0, train.size())
                .distinct()
                .limit(train.size())
                .toArray();
        return IntStream.concat(Arrays.stream(largest), Arrays.stream(random))
                .distinct()
                .limit(count)
                .sorted()
                .toArray();
    }
}
