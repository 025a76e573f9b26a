package org.expunge.influence.curvature.store;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.curvature.RowSums;
import org.expunge.influence.curvature.factor.BlockDense;
import org.expunge.influence.curvature.factor.Diagonal;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Foof;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.lowrank.Arnoldi;
import org.expunge.influence.curvature.lowrank.LowRank;
import org.expunge.influence.curvature.lowrank.Nystrom;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.RowRange;
import org.expunge.influence.network.KroneckerLayer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.ParameterLayout;

/** What the kinds of factors do differently. Arrays are named by a group and what the group calls them. */
final class FactorWork {
    /** Sums over the rows that are in. */
    static final String SUMS = "sums/";

    /** What K-FAC's sums were decomposed into. */
    static final String DECOMPOSITION = "decomposition/";

    /** K-FAC's sums, where EK-FAC's eigenvalues are under {@link #SUMS}. */
    static final String COVARIANCES = "covariances/";

    private static final String EIGENVALUES = "eigenvalues";
    private static final String VECTORS = "vectors";
    private static final String RESIDUALS = "residuals";

    private final FactorRecipe recipe;
    private final int rows;

    /**
     * Works by a recipe.
     *
     * @param rows how many there are in all
     */
    FactorWork(FactorRecipe recipe, int rows) {
        this.recipe = recipe;
        this.rows = rows;
    }

    /** Returns whether parts of the rows add up. */
    boolean isAdditive() {
        return recipe.kind() != FactorKind.ARNOLDI;
    }

    /** Returns how many parameters of each layer take part, by its name. */
    SortedMap<String, Integer> layers(Network network) {
        SortedMap<String, Integer> layers = new TreeMap<>();
        boolean isKronecker = recipe.kind() == FactorKind.KFAC
                || recipe.kind() == FactorKind.EKFAC
                || recipe.kind() == FactorKind.FOOF;
        for (int node : network.parametricNodes()) {
            if (!isKronecker || network.nodes().get(node).layer() instanceof KroneckerLayer) {
                int parameters = network.layout().of(node).stream()
                        .mapToInt(ParameterLayout.Entry::length)
                        .sum();
                layers.put(network.nodes().get(node).name(), parameters);
            }
        }
        return layers;
    }

    /**
     * Computes the part of some rows.
     *
     * @param basis {@link #basis} of the K-FAC factors of all rows, for EK-FAC; empty for others
     */
    SortedMap<String, double[]> part(
            Engine engine, Model model, Dataset data, RowRange range, Map<String, double[]> basis) {
        RowSums sums = switch (recipe.kind()) {
            case KFAC -> Kfac.sums(engine, model, data, range, recipe.kfacOptions());
            case EKFAC -> Ekfac.sums(engine, model, data, range, kfac(model.network(), basis));
            case FOOF -> Foof.sums(engine, model, data, range, recipe.scaling());
            case DIAGONAL -> Diagonal.sums(engine, model, data, range, recipe.labelOptions());
            case BLOCK_DENSE -> BlockDense.sums(engine, model, data, range, recipe.blockOptions());
            case NYSTROM -> {
                try (LossOperator curvature = recipe.open(engine, model, data.select(range.rows()))) {
                    yield Nystrom.sums(curvature, model.network(), recipe.nystromOptions());
                }
            }
            case ARNOLDI -> arnoldi(engine, model, data, range);
        };
        SortedMap<String, double[]> arrays = new TreeMap<>();
        sums.names().forEach(name -> arrays.put(SUMS + name, sums.get(name)));
        return arrays;
    }

    private RowSums arnoldi(Engine engine, Model model, Dataset data, RowRange range) {
        checkArgument(
                range.size() == data.size(),
                "arnoldi needs all %s rows at once, got %s; fit it whole, or take nystrom, whose parts add up",
                data.size(),
                range);
        try (LossOperator curvature = recipe.open(engine, model, data)) {
            LowRank pairs = Arnoldi.fit(
                            curvature, model.network(), engine.compute().eigen(), recipe.arnoldiOptions())
                    .pairs();
            int p = model.network().layout().length();
            double[] vectors = new double[Math.multiplyExact(pairs.rank(), p)];
            for (int k = 0; k < pairs.rank(); k++) {
                System.arraycopy(pairs.vector(k), 0, vectors, k * p, p);
            }
            SortedMap<String, double[]> arrays = new TreeMap<>();
            arrays.put(EIGENVALUES, pairs.eigenvalues());
            arrays.put(VECTORS, vectors);
            arrays.put(RESIDUALS, pairs.residuals());
            return new RowSums(range.size(), arrays);
        }
    }

    /** Returns what is stored beside the sums of all rows. */
    SortedMap<String, double[]> derived(Compute compute, Network network, Map<String, double[]> arrays) {
        SortedMap<String, double[]> derived = new TreeMap<>();
        if (recipe.kind() == FactorKind.KFAC) {
            Kfac.of(compute, network, recipe.kfacOptions(), new RowSums(rows, within(arrays, SUMS)))
                    .decomposition()
                    .forEach((name, values) -> derived.put(DECOMPOSITION + name, values));
        }
        return derived;
    }

    /** Returns the inverse that the arrays of all rows give. */
    InverseCurvature inverse(Compute compute, Network network, Map<String, double[]> arrays, DampingRule damping) {
        RowSums sums = new RowSums(rows, within(arrays, SUMS));
        return switch (recipe.kind()) {
            case KFAC -> kfac(network, arrays).inverse(compute, damping);
            case EKFAC -> ekfac(network, arrays).inverse(compute, damping);
            case FOOF -> Foof.of(compute, network, recipe.scaling(), sums).inverse(compute, damping);
            case DIAGONAL -> Diagonal.of(network, recipe.labelOptions(), sums).inverse(damping);
            case BLOCK_DENSE ->
                BlockDense.of(network, recipe.labelOptions(), sums).inverse(compute, damping);
            case NYSTROM ->
                Nystrom.of(network, compute.eigen(), recipe.nystromOptions(), sums)
                        .inverse(damping);
            case ARNOLDI -> pairs(network, sums).inverse(damping);
        };
    }

    /** Returns EK-FAC of the arrays of all rows. */
    Ekfac ekfac(Network network, Map<String, double[]> arrays) {
        return Ekfac.of(kfac(network, arrays), new RowSums(rows, within(arrays, SUMS)));
    }

    private LowRank pairs(Network network, RowSums sums) {
        double[] eigenvalues = sums.get(EIGENVALUES);
        double[] flat = sums.get(VECTORS);
        int p = network.layout().length();
        double[][] vectors = new double[eigenvalues.length][];
        Arrays.setAll(vectors, k -> Arrays.copyOfRange(flat, k * p, (k + 1) * p));
        return new LowRank(
                "arnoldi",
                network,
                Arnoldi.settings(recipe.arnoldiOptions()),
                eigenvalues,
                vectors,
                sums.get(RESIDUALS));
    }

    /** Returns the K-FAC factors within the arrays of K-FAC or EK-FAC. */
    private Kfac kfac(Network network, Map<String, double[]> arrays) {
        String group = recipe.kind() == FactorKind.KFAC ? SUMS : COVARIANCES;
        RowSums covariances = new RowSums(rows, within(arrays, group));
        return Kfac.of(network, recipe.kfacOptions(), covariances, within(arrays, DECOMPOSITION));
    }

    /** Returns the arrays of K-FAC factors as EK-FAC holds them beside its own sums. */
    static SortedMap<String, double[]> basis(Map<String, double[]> kfac) {
        SortedMap<String, double[]> basis = new TreeMap<>();
        within(kfac, SUMS).forEach((name, values) -> basis.put(COVARIANCES + name, values));
        within(kfac, DECOMPOSITION).forEach((name, values) -> basis.put(DECOMPOSITION + name, values));
        return basis;
    }

    /** Adds the sums of two parts; other arrays, which are the same in both, are taken from the first. */
    static SortedMap<String, double[]> sum(Map<String, double[]> first, Map<String, double[]> second) {
        RowSums sums = new RowSums(1, within(first, SUMS)).plus(new RowSums(1, within(second, SUMS)));
        SortedMap<String, double[]> arrays = new TreeMap<>(first);
        sums.names().forEach(name -> arrays.put(SUMS + name, sums.get(name)));
        return arrays;
    }

    private static SortedMap<String, double[]> within(Map<String, double[]> arrays, String group) {
        SortedMap<String, double[]> found = new TreeMap<>();
        arrays.forEach((name, values) -> {
            if (name.startsWith(group)) {
                found.put(name.substring(group.length()), values);
            }
        });
        return found;
    }
}
