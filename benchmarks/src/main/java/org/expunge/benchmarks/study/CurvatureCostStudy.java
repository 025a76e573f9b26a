package org.expunge.benchmarks.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.expunge.influence.backend.Backends;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.compute.Workers;
import org.expunge.influence.compute.cpu.OpenBlasCore;
import org.expunge.influence.curvature.DampingRule;
import org.expunge.influence.curvature.GaussNewton;
import org.expunge.influence.curvature.Hessian;
import org.expunge.influence.curvature.LabelMode;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.kronecker.Ekfac;
import org.expunge.influence.curvature.kronecker.Kfac;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.curvature.kronecker.PositionScaling;
import org.expunge.influence.data.DataSpec;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.LoadedData;
import org.expunge.influence.gradient.GradientSums;
import org.expunge.influence.gradient.Truncation;
import org.expunge.influence.network.Initializer;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Passes;
import org.expunge.influence.network.Weights;
import org.expunge.influence.network.preset.Presets;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.InnerProduct;
import org.expunge.influence.score.TrajectoryEstimator;

/**
 * What curvature costs: in passes over the rows (forward and backward with the weights' gradient is 1) on a dense
 * network, and on LeNet beside the time that counted multiplications take at the rate of a large product, measured in
 * the same round. One thread, its processor time; medians over rounds.
 *
 * <p>Set {@code OMP_NUM_THREADS=1}. {@code java -cp benchmarks/target/benchmarks.jar
 * org.expunge.benchmarks.study.CurvatureCostStudy docs/results/curvature-cost.csv mnist 5}, where {@code mnist} is a
 * folder with the four IDX files.
 */
public final class CurvatureCostStudy {
    private static final int ROWS = 4000;
    private static final int QUERIES = 100;
    private static final int TILE = 32;
    private static final int RANK = 16;
    private static final long SEED = 1;
    private static final List<Integer> HIDDEN = List.of(500, 300);
    private static final Kfac.Options SAMPLED = new Kfac.Options(LabelMode.SAMPLED, PositionScaling.KFC, SEED);

    /** Covariances 34, rotated gradients 33, two passes 28: multiplications and additions of a row of LeNet. */
    private static final double FIT_FLOP = 90e6;

    /** A pass, and 2 p for each of 100 queries. */
    private static final double SCORE_FLOP = 100e6;

    /** Both convolutions' gradients of a row, and their products with those of 100 queries. */
    private static final double CONTRACTION_FLOP =
            2.0 * (20 * 25 * 576 + 50 * 500 * 64) + 2.0 * QUERIES * (20 * 26 + 50 * 501);

    private final Engine engine;
    private final Dataset rows;
    private final Dataset queries;
    private final int rounds;
    private final StudyTable table;

    private CurvatureCostStudy(Engine engine, LoadedData data, int rounds, StudyTable table) {
        this.engine = engine;
        this.rows = first(data.train(), ROWS);
        this.queries = first(data.test().orElseThrow(), QUERIES);
        this.rounds = rounds;
        this.table = table;
    }

    /**
     * Runs the study.
     *
     * @param args the file to write, the folder with MNIST, and the number of rounds
     */
    public static void main(String[] args) throws IOException {
        String environment = Stream.of("OMP_NUM_THREADS", OpenBlasCore.VARIABLE)
                .filter(System.getenv()::containsKey)
                .map(name -> name + "=" + System.getenv(name) + " ")
                .collect(Collectors.joining());
        StudyTable table = new StudyTable(
                environment + "java -cp benchmarks/target/benchmarks.jar " + CurvatureCostStudy.class.getName() + " "
                        + args[0] + " mnist " + args[2] + " (seed " + SEED + ")",
                List.of("quantity", "seconds", "unit of comparison", "ratio", "lowest", "highest"));
        try (Engine engine = new Engine(Backends.create("cpu"), new Workers(1), TILE)) {
            LoadedData data = DataSpec.parse("idx:" + args[1]).load();
            CurvatureCostStudy study = new CurvatureCostStudy(engine, data, Integer.parseInt(args[2]), table);
            study.passes();
            study.floor();
        }
        table.write(Path.of(args[0]));
    }

    private static Dataset first(Dataset data, int count) {
        return data.select(IntStream.range(0, count).toArray());
    }

    /** Costs in passes on a dense network. */
    private void passes() {
        Network network = Presets.mlp(rows.shape(), rows.targets().width(), HIDDEN);
        Model model = Initializer.XAVIER.initialise(network, SEED);
        Runnable pass = pass(model);
        Dataset query = first(queries, 1);
        TrajectoryEstimator.Options options = TrajectoryEstimator.Options.DEFAULT;
        String unit = "forward and backward of a 784-500-300-10 network";
        compare(
                "inner product of one query",
                unit,
                pass,
                () -> new InnerProduct(engine, model, options).score(rows, query));
        try (GaussNewton gaussNewton = new GaussNewton(engine, model, rows);
                Hessian hessian = new Hessian(engine, model, rows)) {
            compare("Gauss-Newton product", unit, pass, product(gaussNewton));
            compare("Hessian product", unit, pass, product(hessian));
        }
        double[] decompositions = new double[rounds];
        Kfac kfac = Kfac.fit(engine, model, rows, SAMPLED);
        Arrays.setAll(decompositions, r -> CpuTime.seconds(() -> decompose(engine.compute(), kfac)));
        double decomposition = CpuTime.median(decompositions);
        compare(
                "EK-FAC fit with sampled labels without its decompositions",
                unit,
                pass,
                () -> fit(model),
                decomposition);
        table.add("decompositions of that fit", decomposition, "", "", "", "");
    }

    private static Runnable product(LinearOperator operator) {
        double[] x = new double[operator.dimension()];
        Arrays.fill(x, 1);
        double[] y = new double[x.length];
        return () -> operator.apply(x, y);
    }

    /** Costs on LeNet beside those that are counted. */
    private void floor() {
        Model model = Initializer.XAVIER.initialise(
                Presets.lenet(rows.shape(), rows.targets().width()), SEED);
        Ekfac ekfac = fit(model);
        Kfac kfac = ekfac.factors();
        String unit = "counted FLOP at the sgemm rate";
        against("EK-FAC fit with sampled labels", unit + " and decompositions", () -> fit(model), rate -> {
            double decompositions = CpuTime.seconds(() -> decompose(engine.compute(), kfac));
            return FIT_FLOP * ROWS / rate + decompositions;
        });
        try (KroneckerInverse inverse = ekfac.inverse(engine.compute(), DampingRule.relativeToMean(0.1))) {
            InfluenceFunction.Options options = InfluenceFunction.Options.DEFAULT;
            Estimator whole = new InfluenceFunction(engine, model, inverse, options);
            Estimator cut =
                    new InfluenceFunction(engine, model, inverse, options.withTruncation(Truncation.toRank(RANK)));
            against("EK-FAC scores of 100 queries", unit, () -> whole.score(rows, queries), this::scoring);
            against("the same of rank " + RANK, unit, () -> cut.score(rows, queries), this::scoring);
        }
        Estimator identity = new InnerProduct(engine, model, TrajectoryEstimator.Options.DEFAULT);
        Runnable pass = pass(model);
        against(
                "inner products of 100 queries",
                "forward and backward, and counted contraction of convolutions",
                () -> identity.score(rows, queries),
                rate -> CpuTime.seconds(pass) + CONTRACTION_FLOP * ROWS / rate);
    }

    private double scoring(double rate) {
        return SCORE_FLOP * ROWS / rate;
    }

    private Ekfac fit(Model model) {
        return Ekfac.fit(engine, model, rows, SAMPLED);
    }

    private static void decompose(Compute compute, Kfac kfac) {
        for (String layer : kfac.layers()) {
            for (double[] factor : List.of(kfac.inputFactor(layer), kfac.outputFactor(layer))) {
                compute.eigen().decompose((int) Math.sqrt(factor.length), factor);
            }
        }
    }

    private Runnable pass(Model model) {
        return () -> {
            try (Weights weights = Weights.of(engine.compute(), model);
                    Passes passes = new Passes(engine, weights);
                    GradientSums sums = new GradientSums(engine, model.network().layout())) {
                passes.forEachTile(rows, (worker, pass, from) -> {
                    pass.lossDelta();
                    pass.backward(sums.of(worker));
                });
            }
        };
    }

    private void compare(String what, String unit, Runnable base, Runnable work) {
        compare(what, unit, base, work, 0);
    }

    private void compare(String what, String unit, Runnable base, Runnable work, double without) {
        base.run();
        measure(what, unit, work, () -> CpuTime.seconds(base), without);
    }

    private interface Floor {
        double seconds(double sgemmRate);
    }

    private void against(String what, String unit, Runnable work, Floor floor) {
        measure(what, unit, work, () -> floor.seconds(CpuTime.sgemmRate(engine.compute())), 0);
    }

    private interface Base {
        double seconds();
    }

    private void measure(String what, String unit, Runnable work, Base base, double without) {
        double[] seconds = new double[rounds];
        double[] ratios = new double[rounds];
        work.run();
        for (int r = 0; r < rounds; r++) {
            double before = base.seconds();
            seconds[r] = CpuTime.seconds(work) - without;
            ratios[r] = seconds[r] / ((before + base.seconds()) / 2);
        }
        Arrays.sort(ratios);
        table.add(what, CpuTime.median(seconds), unit, CpuTime.median(ratios), ratios[0], ratios[rounds - 1]);
    }
}
