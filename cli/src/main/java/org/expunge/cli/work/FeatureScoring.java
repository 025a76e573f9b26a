package org.expunge.cli.work;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.expunge.cli.method.Bench;
import org.expunge.cli.method.Plan;
import org.expunge.cli.work.FeatureReport.Feature;
import org.expunge.cli.work.FeatureReport.Query;
import org.expunge.cli.work.FeatureReport.Row;
import org.expunge.influence.curvature.VectorMath;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.data.Shape;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.io.AtomicFiles;
import org.expunge.influence.io.NpyMatrix;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.TopK;
import org.expunge.influence.score.perturbation.InputPerturbation;

/**
 * Differentiates each row's score by the row's features, and keeps {@code derivatives.npy} ((inputs · rows) × features,
 * float32, all rows of an input together) with {@code ids.json}.
 */
public final class FeatureScoring {
    /** Features named of each row. */
    private static final int NAMED = 5;

    /** Takes the derivatives of some rows for an input. */
    @FunctionalInterface
    private interface Sink {
        void accept(int query, int from, double[][] derivatives) throws IOException;
    }

    private final Bench bench;
    private final int top;
    private final Optional<Path> out;
    private final InputPerturbation perturbation;

    /**
     * Makes the work.
     *
     * @param bench the run and where to compute
     * @param top rows to list, at least 1
     * @param out the folder for the derivatives, which must not exist; nothing keeps them
     */
    public FeatureScoring(Bench bench, int top, Optional<Path> out) {
        this.bench = bench;
        this.top = top;
        this.out = out;
        this.perturbation = new InputPerturbation(bench.engine(), bench.model());
    }

    /**
     * Differentiates, a block of rows at a time.
     *
     * @param plan how to solve
     * @param inputs normalised inputs
     * @return the rows whose scores change most, and with which features
     * @throws IllegalArgumentException if there are too many inputs for one file
     * @throws IOException if the file exists or cannot be written
     */
    public FeatureReport score(Plan.Features plan, Dataset inputs) throws IOException {
        bench.requireOneEngine("--method input-perturbation");
        Dataset train = bench.train();
        checkArgument(
                (long) inputs.size() * train.size() <= Integer.MAX_VALUE,
                "%s inputs of %s rows are too many for one file; name fewer inputs",
                inputs.size(),
                train.size());
        if (out.isPresent()) {
            AtomicFiles.requireWritable(out.get());
        }
        QuerySolver solver = plan.solvers().on(bench).get();
        List<Query> queries = new ArrayList<>();
        if (out.isPresent()) {
            AtomicFiles.directory(out.get(), folder -> {
                try (NpyMatrix matrix = NpyMatrix.create(
                        folder.resolve("derivatives.npy"),
                        inputs.size() * train.size(),
                        train.shape().length())) {
                    differentiate(solver, inputs, queries, (query, from, block) -> {
                        for (int i = 0; i < block.length; i++) {
                            matrix.write(query * train.size() + from + i, 0, block[i]);
                        }
                    });
                }
                new ScoreFolder(folder).writeIds(inputs.ids(), train.ids());
            });
        } else {
            differentiate(solver, inputs, queries, (query, from, block) -> {});
        }
        bench.warnOf(solver.evidence());
        return new FeatureReport(
                bench.run().path().toString(),
                out.map(folder -> folder.resolve("derivatives.npy").toString()).orElse(ScoreFolder.NOWHERE),
                provenance(solver),
                train.size(),
                queries);
    }

    private void differentiate(QuerySolver solver, Dataset inputs, List<Query> queries, Sink sink) throws IOException {
        for (int q = 0; q < inputs.size(); q++) {
            int query = q;
            queries.add(bench.console()
                    .during(
                            "differentiating by the features of "
                                    + bench.train().size() + " rows",
                            () -> one(solver, query, inputs, sink)));
        }
    }

    private Query one(QuerySolver solver, int query, Dataset inputs, Sink sink) throws IOException {
        Dataset train = bench.train();
        double[] direction = solver.solve(
                new PerExample(bench.engine()).sumGradient(bench.model(), inputs.select(new int[] {query})));
        double[] lengths = new double[train.size()];
        int block = rowsPerBlock(train.shape());
        for (int from = 0; from < train.size(); from += block) {
            int[] some =
                    IntStream.range(from, Math.min(train.size(), from + block)).toArray();
            double[][] derivatives = perturbation.derivatives(train.select(some), direction);
            for (int i = 0; i < some.length; i++) {
                lengths[some[i]] = Math.sqrt(VectorMath.dot(derivatives[i], derivatives[i]));
            }
            sink.accept(query, from, derivatives);
        }
        return new Query(inputs.id(query), foremost(lengths, direction));
    }

    /** A block's derivatives, and as much again on their way. */
    private int rowsPerBlock(Shape shape) {
        long rows = bench.maxBytes() / (2L * Double.BYTES * shape.length());
        return (int) Math.max(1, Math.min(bench.train().size(), rows));
    }

    /** The few rows that are listed are differentiated again, which takes less than keeping all. */
    private List<Row> foremost(double[] lengths, double[] direction) {
        Dataset train = bench.train();
        List<TopK.Ranked> ranked = TopK.of(lengths, top, TopK.End.PROPONENTS);
        List<ScoredRow> rows = ScoredRow.of(train, ranked);
        double[][] derivatives = perturbation.derivatives(
                train.select(ranked.stream().mapToInt(TopK.Ranked::row).toArray()), direction);
        List<Row> listed = new ArrayList<>();
        for (int i = 0; i < derivatives.length; i++) {
            ScoredRow row = rows.get(i);
            listed.add(new Row(row.id(), row.label(), row.score(), features(train.shape(), derivatives[i])));
        }
        return listed;
    }

    private static List<Feature> features(Shape shape, double[] derivative) {
        return IntStream.range(0, derivative.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer j) -> -Math.abs(derivative[j])))
                .limit(NAMED)
                .map(j -> new Feature(name(shape, j), derivative[j]))
                .toList();
    }

    private static String name(Shape shape, int feature) {
        if (shape.isFlat()) {
            return Integer.toString(feature);
        }
        int pixels = shape.height() * shape.width();
        return feature / pixels + ":" + feature % pixels / shape.width() + ":" + feature % shape.width();
    }

    private Provenance provenance(QuerySolver solver) {
        return new Provenance(
                "input-perturbation",
                List.of(new Provenance.UsedCheckpoint(0, 0, 1, 1)),
                solver.curvature(),
                solver.damping(),
                solver.layers(bench.model().network()),
                solver.coveragePercent(),
                Provenance.Units.INNER_PRODUCT,
                bench.engine().compute().name(),
                bench.engine().compute().precision(),
                Provenance.Skipped.NONE,
                solver.evidence());
    }
}
