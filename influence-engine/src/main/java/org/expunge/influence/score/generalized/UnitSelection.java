package org.expunge.influence.score.generalized;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;

/**
 * Selects whole units (outputs of dense layers, channels of convolutions) by how much they have to do with some rows:
 * in each of those layers the most important ones up to a share of its parameters, and random weights of the next one
 * to fill it. Other layers, such as batch normalisation, take no part.
 *
 * <p><b>Cost.</b> One forward pass over the rows, and a backward pass where gradients decide.
 *
 * <p><b>Source.</b> H. Lyu, J. Jang, S. Ryu and H. Yang, arXiv:2312.05586, 2023, and their released code.
 *
 * @param share of each layer's parameters to select, in (0, 1]
 * @param importance what makes a unit important
 * @param statistic how that is averaged over rows and positions
 * @param seed decides random units and the random weights of the last one
 */
public record UnitSelection(double share, Importance importance, Statistic statistic, long seed) {
    /** A twentieth, by the largest mean outputs. */
    public static final UnitSelection DEFAULT =
            new UnitSelection(0.05, Importance.HIGHEST_OUTPUTS, Statistic.ABSOLUTE_OF_MEAN, 0);

    /** What makes a unit important. */
    public enum Importance {
        /** Its output, before the activation, is large. */
        HIGHEST_OUTPUTS,
        /** Its output is small: a control. */
        LOWEST_OUTPUTS,
        /** The loss's derivative at its output is large. */
        HIGHEST_GRADIENTS,
        /** The loss's derivative at its output is small: a control. */
        LOWEST_GRADIENTS,
        /** Chance: a control. */
        RANDOM;

        private boolean isByGradient() {
            return this == HIGHEST_GRADIENTS || this == LOWEST_GRADIENTS;
        }

        private boolean isHighest() {
            return this == HIGHEST_OUTPUTS || this == HIGHEST_GRADIENTS;
        }
    }

    /** How outputs or derivatives are averaged. */
    public enum Statistic {
        /** {@code |mean|}: signs cancel. */
        ABSOLUTE_OF_MEAN,
        /** {@code mean |·|}. */
        MEAN_OF_ABSOLUTES
    }

    /** Checks the share. */
    public UnitSelection {
        checkArgument(share > 0 && share <= 1, "the share must be in (0, 1], got %s", share);
    }

    /**
     * Selects.
     *
     * @param engine where to compute
     * @param model the model
     * @param rows what units are to have to do with, at least 1 unless by chance
     * @throws IllegalArgumentException if the share is of less than one parameter in every layer
     */
    public ParameterSelection select(Engine engine, Model model, Dataset rows) {
        checkArgument(
                rows.size() >= 1 || importance == Importance.RANDOM,
                "%s has no rows that units could have to do with",
                rows.name());
        Network network = model.network();
        List<LayerUnits> layers = LayerUnits.of(network);
        List<Integer> nodes = layers.stream().map(LayerUnits::node).toList();
        double[][] values = importance == Importance.RANDOM
                ? new double[nodes.size()][]
                : UnitMeans.of(engine, model, rows, nodes, importance.isByGradient(), statistic);
        Random random = new Random(seed);
        List<Integer> selected = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            addLayer(layers.get(i), values[i], random, selected);
        }
        return ParameterSelection.of(
                network.layout().length(),
                selected.stream().mapToInt(Integer::intValue).toArray());
    }

    private void addLayer(LayerUnits layer, double[] values, Random random, List<Integer> to) {
        int left = (int) (share * layer.count() * layer.size());
        List<Integer> order = order(layer.count(), values, random);
        for (int u = 0; left > 0; u++) {
            if (left >= layer.size()) {
                Arrays.stream(layer.indices(order.get(u))).forEach(to::add);
                left -= layer.size();
            } else {
                to.addAll(some(layer.weights(order.get(u)), left, random));
                left = 0;
            }
        }
    }

    private List<Integer> order(int units, double[] values, Random random) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, units).boxed().toList());
        if (importance == Importance.RANDOM) {
            Collections.shuffle(order, random);
            return order;
        }
        Comparator<Integer> lowest = Comparator.comparingDouble(unit -> values[unit]);
        order.sort((importance.isHighest() ? lowest.reversed() : lowest).thenComparing(Comparator.naturalOrder()));
        return order;
    }

    private static List<Integer> some(IntStream of, int count, Random random) {
        List<Integer> weights = new ArrayList<>(of.boxed().toList());
        Collections.shuffle(weights, random);
        return weights.subList(0, Math.min(count, weights.size()));
    }
}
