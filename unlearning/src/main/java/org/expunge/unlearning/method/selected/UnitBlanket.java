package org.expunge.unlearning.method.selected;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowSample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.generalized.LayerUnits;
import org.expunge.unlearning.selection.ForwardSelection;

/**
 * Picks the units of a network that decide its loss on some rows: those that, among all, the loss depends on when the
 * rows' features are disturbed by noise, by {@link ForwardSelection}. The mean loss of all rows together is tried
 * first; where it depends on no unit beyond chance, as with rows that have little in common, each row by itself, and
 * the units that most rows depend on are taken.
 *
 * <p><b>Accuracy.</b> Of many units that have nothing to do with the loss, the best still seems to, by chance, at some
 * {@code 3.5/√P} for P draws; {@link Options#bar} is set against that.
 *
 * <p><b>Cost.</b> {@code draws · rowsPerDraw} forward passes of a row; {@code O(P²)} for each unit and pick.
 *
 * <p><b>Source.</b> R. Mehta, S. Pal, V. Singh and S. Ravi, "Deep Unlearning via Randomized Conditionally Independent
 * Hessians", CVPR 2022, and their released code; the bar is ours.
 */
public final class UnitBlanket {
    /** Which units are picked. */
    public enum Choice {
        /** Those that the loss depends on. */
        DEPENDENCE,
        /** As many, by chance: a control. */
        RANDOM,
        /** All. */
        FULL
    }

    /**
     * How units are picked.
     *
     * @param choice which
     * @param draws P: times the rows are disturbed, at least 3
     * @param rowsPerDraw the most rows to disturb, drawn once, at least 1
     * @param std standard deviation of the noise, in units of the (normalised) features, above 0
     * @param bar {@code √P} times the dependence that the first unit must exceed, 0 or more; 0 always picks one
     * @param most units to pick, at least 1
     * @param seed decides rows, noise and ties
     */
    public record Options(Choice choice, int draws, int rowsPerDraw, double std, double bar, int most, long seed) {
        /** 1 000 draws of noise of a tenth on at most 32 rows, a bar of 3.5, 32 units. */
        public static final Options DEFAULT = new Options(Choice.DEPENDENCE, 1_000, 32, 0.1, 3.5, 32, 0);

        /** Checks the ranges. */
        public Options {
            checkArgument(draws >= LEAST_DRAWS, "draws must be at least 3, got %s", draws);
            checkArgument(rowsPerDraw >= 1, "rowsPerDraw must be at least 1, got %s", rowsPerDraw);
            checkArgument(std > 0 && Double.isFinite(std), "std must be above 0, got %s", std);
            checkArgument(bar >= 0, "bar must be 0 or more, got %s", bar);
            checkArgument(most >= 1, "most must be at least 1, got %s", most);
        }

        /** Returns the same options with another choice. */
        public Options withChoice(Choice value) {
            return new Options(value, draws, rowsPerDraw, std, bar, most, seed);
        }

        /** Returns the same options with another number of draws, and another bar. */
        public Options withDraws(int value, double withBar) {
            return new Options(choice, value, rowsPerDraw, std, withBar, most, seed);
        }

        /** Returns the same options with another seed. */
        public Options withSeed(long value) {
            return new Options(choice, draws, rowsPerDraw, std, bar, most, value);
        }

        /** Returns the same options with at most so many units. */
        public Options withMost(int value) {
            return new Options(choice, draws, rowsPerDraw, std, bar, value, seed);
        }
    }

    /**
     * A unit.
     *
     * @param layer its layer
     * @param unit its number there
     * @param coefficient {@code T(loss, units picked so far)}; NaN where dependence did not decide
     */
    public record Unit(String layer, int unit, double coefficient) {}

    /**
     * What was picked.
     *
     * @param units in the order they were picked; none where no dependence exceeds chance
     * @param evaluatedRows rows taken forward to find them
     */
    public record Picked(List<Unit> units, long evaluatedRows) {
        /** Copies the list. */
        public Picked {
            units = List.copyOf(units);
        }
    }

    /** Least variance of a unit's output over draws, for it to take part. */
    private static final double LEAST_VARIANCE = 1e-12;

    /** Noise on outputs, in standard deviations: ReLUs repeat values, and repeated values have no neighbours. */
    private static final double TIE_NOISE = 1e-6;

    /** Of rows by themselves, so many times fewer draws are taken, and so many units are picked. */
    private static final int SHARE_OF_DRAWS = 5;

    private static final int UNITS_OF_A_ROW = 4;
    private static final int LEAST_DRAWS = 3;

    private final Options options;

    /** Keeps the options; one instance serves many models. */
    public UnitBlanket(Options options) {
        this.options = options;
    }

    /**
     * Picks units.
     *
     * @param rows at least 1
     */
    public Picked pick(Engine engine, Model model, Dataset rows) {
        List<Unit> all = units(model.network());
        if (options.choice() == Choice.FULL) {
            return new Picked(all, 0);
        }
        Picked picked = byDependence(engine, model, rows, all);
        if (options.choice() == Choice.DEPENDENCE) {
            return picked;
        }
        List<Unit> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(options.seed()));
        return new Picked(shuffled.subList(0, picked.units().size()), picked.evaluatedRows());
    }

    private static List<Unit> units(Network network) {
        return LayerUnits.of(network).stream()
                .flatMap(layer ->
                        IntStream.range(0, layer.count()).mapToObj(unit -> new Unit(layer.layer(), unit, Double.NaN)))
                .toList();
    }

    /** Of all rows together; where that shows nothing, of each by itself, as many rows blur what each depends on. */
    private Picked byDependence(Engine engine, Model model, Dataset rows, List<Unit> all) {
        Dataset sample = RowSample.of(rows, options.rowsPerDraw(), options.seed());
        List<Unit> together = byDependence(engine, model, sample, all, options.draws(), options.most());
        if (!together.isEmpty() || sample.size() == 1) {
            return new Picked(together, (long) sample.size() * options.draws());
        }
        int draws = Math.max(LEAST_DRAWS, options.draws() / SHARE_OF_DRAWS);
        List<Unit> ofRows = IntStream.range(0, sample.size())
                .mapToObj(row -> sample.select(new int[] {row}))
                .flatMap(row -> byDependence(engine, model, row, all, draws, UNITS_OF_A_ROW).stream())
                .toList();
        return new Picked(mostFrequent(ofRows), (long) sample.size() * (options.draws() + draws));
    }

    /** Units that most rows depend on first, each with the highest coefficient that a row gave it. */
    private List<Unit> mostFrequent(List<Unit> ofRows) {
        Map<String, List<Unit>> byUnit = new LinkedHashMap<>();
        ofRows.forEach(unit -> byUnit.computeIfAbsent(unit.layer() + " " + unit.unit(), key -> new ArrayList<>())
                .add(unit));
        return byUnit.values().stream()
                .sorted(Comparator.comparingInt((List<Unit> same) -> same.size())
                        .reversed())
                .limit(options.most())
                .map(same -> Collections.max(same, Comparator.comparingDouble(Unit::coefficient)))
                .toList();
    }

    private List<Unit> byDependence(Engine engine, Model model, Dataset rows, List<Unit> all, int draws, int most) {
        PerturbedResponses responses = PerturbedResponses.of(engine, model, rows, draws, options.std(), options.seed());
        double[] losses = responses.losses();
        if (variance(losses) == 0) {
            return List.of();
        }
        double[][] columns = responses.columns();
        int[] moving = IntStream.range(0, columns.length)
                .filter(u -> variance(columns[u]) > LEAST_VARIANCE)
                .toArray();
        Random random = new Random(options.seed());
        double[][] untied =
                Arrays.stream(moving).mapToObj(u -> untied(columns[u], random)).toArray(double[][]::new);
        ForwardSelection selection = new ForwardSelection(
                new ForwardSelection.Options(options.bar() / Math.sqrt(draws), most, options.seed()));
        return selection.select(losses, untied).stream()
                .map(pick -> {
                    Unit unit = all.get(moving[pick.column()]);
                    return new Unit(unit.layer(), unit.unit(), pick.coefficient());
                })
                .toList();
    }

    private static double[] untied(double[] column, Random random) {
        double deviation = Math.sqrt(variance(column));
        return Arrays.stream(column)
                .map(value -> value + TIE_NOISE * deviation * random.nextGaussian())
                .toArray();
    }

    private static double variance(double[] values) {
        double mean = Arrays.stream(values).sum() / values.length;
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
    }

    /** Returns the flat indices of the units' parameters. */
    static int[] indices(Network network, List<Unit> units) {
        List<LayerUnits> layers = LayerUnits.of(network);
        return units.stream()
                .flatMapToInt(unit -> layers.stream()
                        .filter(layer -> layer.layer().equals(unit.layer()))
                        .flatMapToInt(layer -> Arrays.stream(layer.indices(unit.unit()))))
                .toArray();
    }
}
