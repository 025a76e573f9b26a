package org.expunge.benchmarks.gpu;

import static com.google.common.base.Preconditions.checkState;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Features;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;

/**
 * Picks rows at which a network with kinks has a gradient that rounding does not decide.
 *
 * <p>A rectifier whose argument is as good as 0, or a maximum over two numbers that are as good as equal, goes either
 * way with the last bit of float32, and the gradient jumps by far more than a bound on arithmetic can allow. Whether a
 * row has such a place the reference tells by itself: its own float64 projections of the row's gradient move when
 * pixels and parameters are moved by a few float32 roundings. The backend under test has no say in it.
 */
final class RowsOffKinks {
    /** Some ten float32 roundings: kinks nearer than that are avoided. */
    private static final double NUDGE = 1e-6;

    /** A smooth gradient moves by a few times the nudge; one unit that switches moves it by some thousandths. */
    private static final double MOST_MOVEMENT = 3e-5;

    private static final int DIRECTIONS = 8;

    private final PerExample perExample;
    private final Model model;
    private final Random random;

    RowsOffKinks(Engine reference, Model model, long seed) {
        this.perExample = new PerExample(reference);
        this.model = model;
        this.random = new Random(seed);
    }

    /**
     * Returns the first {@code count} such rows.
     *
     * @throws IllegalStateException if there are fewer, with how many there are
     */
    Dataset pick(Dataset candidates, int count) {
        double[] parameters = model.parameters();
        List<double[]> directions = IntStream.range(0, DIRECTIONS)
                .mapToObj(k -> random.doubles(parameters.length, -1, 1).toArray())
                .toList();
        double[][] before = perExample.dots(model, candidates, directions);
        double[][] after = perExample.dots(model.withParameters(nudged(parameters)), nudged(candidates), directions);
        int[] good = IntStream.range(0, candidates.size())
                .filter(i -> movement(before, after, i) <= MOST_MOVEMENT)
                .limit(count)
                .toArray();
        checkState(
                good.length == count,
                "only %s of %s random rows are off the network's kinks; %s are wanted",
                good.length,
                candidates.size(),
                count);
        return candidates.select(good);
    }

    private static double movement(double[][] before, double[][] after, int row) {
        double[] x = Arrays.stream(before).mapToDouble(dots -> dots[row]).toArray();
        double[] y = Arrays.stream(after).mapToDouble(dots -> dots[row]).toArray();
        return Finding.relativeError(y, x);
    }

    private Dataset nudged(Dataset data) {
        int width = data.shape().length();
        double[] pixels = new double[data.size() * width];
        for (int i = 0; i < data.size(); i++) {
            data.features().read(i, pixels, i * width);
        }
        return data.withFeatures(Features.of(nudged(pixels), width));
    }

    private double[] nudged(double[] values) {
        return Arrays.stream(values)
                .map(value -> value * (1 + NUDGE * random.nextGaussian()))
                .toArray();
    }
}
