package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.DirectionDots;
import org.expunge.influence.gradient.Directions;
import org.expunge.influence.gradient.Output;
import org.expunge.influence.gradient.RowWindow;
import org.expunge.influence.gradient.Truncation;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.PassMemory;
import org.expunge.influence.network.Weights;

/**
 * {@code g_qᵀ (C + λI)⁻¹ g_i} at one model, with any inverse of any curvature of the mean loss. A query is solved for
 * once; the answer is then dotted with every training row's gradient.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> Loss; divided by n, about the rise of the query's loss when row i is removed.
 *
 * <p><b>Accuracy.</b> Answers are double on the host; their products with gradients are in the compute's precision
 * within a layer. Parameters that the inverse does not cover take no part. A solve that did not reach its tolerance is
 * counted in the provenance ({@link Provenance.Inverse#unconverged}).
 *
 * <p><b>Cost.</b> The query's gradient and one inverse product or solve a query; for each block of queries a forward
 * and backward pass over the training rows and 2 p FLOP a pair. Memory is what {@link #plan} says.
 *
 * <p><b>Source.</b> P. W. Koh and P. Liang, "Understanding Black-box Predictions via Influence Functions", ICML 2017,
 * with the sign of this package; J. Bae, N. Ng, A. Lo, M. Ghassemi and R. Grosse, "If Influence Functions are the
 * Answer, Then What is the Question?", NeurIPS 2022, for the damped Gauss-Newton matrix.
 */
public final class InfluenceFunction implements Estimator {
    /**
     * How to cut the work.
     *
     * @param maxBytes memory to stay under, beside what the inverse holds; at least 1
     * @param rowsPerBlock most training rows of a block: what a killed run loses; at least 1
     * @param queriesPerBlock most queries of a block; at least 1
     * @param truncation cuts solved queries to a low rank, or nothing
     */
    public record Options(long maxBytes, int rowsPerBlock, int queriesPerBlock, Optional<Truncation> truncation) {
        /** 1 GiB, 4096 rows a block. */
        public static final Options DEFAULT = new Options(1L << 30, 4096);

        /** As many queries a block as fit; solved queries are used whole. */
        public Options(long maxBytes, int rowsPerBlock) {
            this(maxBytes, rowsPerBlock, Integer.MAX_VALUE, Optional.empty());
        }

        /** Returns the same options with at most so many queries a block. */
        public Options withQueriesPerBlock(int most) {
            return new Options(maxBytes, rowsPerBlock, most, truncation);
        }

        /** Returns the same options, with solved queries cut to a low rank. */
        public Options withTruncation(Truncation cut) {
            return new Options(maxBytes, rowsPerBlock, queriesPerBlock, Optional.of(cut));
        }

        /** Checks the ranges. */
        public Options {
            checkArgument(maxBytes >= 1, "maxBytes must be at least 1, got %s", maxBytes);
            checkArgument(rowsPerBlock >= 1, "rowsPerBlock must be at least 1, got %s", rowsPerBlock);
            checkArgument(queriesPerBlock >= 1, "queriesPerBlock must be at least 1, got %s", queriesPerBlock);
        }
    }

    /** The part of the memory that rows may take while they wait to be multiplied with many queries at once. */
    private static final long WINDOW_SHARE = 8;

    private final Engine engine;
    private final Model model;
    private final Supplier<QuerySolver> solvers;
    private final Options options;

    /**
     * Scores with an inverse in closed form.
     *
     * @param engine where to compute
     * @param model the model
     * @param inverse of a curvature at that model; stays the caller's
     * @param options how to cut the work
     */
    public InfluenceFunction(Engine engine, Model model, InverseCurvature inverse, Options options) {
        this(engine, model, () -> new ClosedForm(inverse), options);
    }

    /**
     * Scores by solving a system for each query.
     *
     * @param engine where to compute
     * @param model the model
     * @param system the curvature at that model, and how to solve
     * @param options how to cut the work
     */
    public InfluenceFunction(Engine engine, Model model, CurvatureSystem system, Options options) {
        this(engine, model, () -> QuerySolver.of(system), options);
    }

    /**
     * Scores with whatever finds {@code s_q}.
     *
     * @param engine where to compute
     * @param model the model
     * @param solvers gives a new solver for each run; all find the same answers
     * @param options how to cut the work
     */
    public InfluenceFunction(Engine engine, Model model, Supplier<QuerySolver> solvers, Options options) {
        this.engine = engine;
        this.model = model;
        this.solvers = solvers;
        this.options = options;
        int dimension = solvers.get().dimension();
        checkArgument(
                dimension == parameters(),
                "the curvature is of %s parameters but the model has %s",
                dimension,
                parameters());
    }

    @Override
    public String method() {
        return "influence-function";
    }

    @Override
    public SortedMap<String, String> inputs() {
        QuerySolver solver = solvers.get();
        SortedMap<String, String> inputs = new TreeMap<>(solver.inputs());
        inputs.put("curvature", solver.curvature());
        inputs.put("model", InputDigests.of(model));
        inputs.put("backend", engine.compute().name());
        options.truncation().ifPresent(cut -> inputs.put("truncation", cut.toString()));
        return inputs;
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        Needs needs = needs(rows);
        int tile = engine.tile();
        long pair = 2L * Double.BYTES; // a score is collected, then put in the block's order
        long available = options.maxBytes() - needs.fixed();
        WorkLimits.check(needs.fixed() + needs.query() + pair * tile, options.maxBytes());
        long most = Math.min(queries, options.queriesPerBlock());
        long block = Math.max(1, Math.min(most, available / 2 / (needs.query() + pair * tile)));
        long fits = Math.min((available - block * needs.query()) / (pair * block), Integer.MAX_VALUE / block);
        long rowsAtMost = Math.min(fits, options.rowsPerBlock());
        long blockRows = rowsAtMost >= rows ? Math.max(1, rows) : Math.max(tile, rowsAtMost / tile * tile);
        return new MemoryPlan(
                rows,
                queries,
                (int) blockRows,
                (int) block,
                true,
                needs.fixed(),
                block * needs.query(),
                pair * block * blockRows,
                options.maxBytes());
    }

    /**
     * Bytes beside the scores.
     *
     * @param windowRows rows that are multiplied with the queries at once
     * @param fixed whatever the queries
     * @param query for each query
     */
    private record Needs(int windowRows, long fixed, long query) {}

    /** Takes windows of one tile if larger ones would leave no room. */
    private Needs needs(int rows) {
        long numbers = RowWindow.numbersPerRow(model.network(), model.network().parametricNodes());
        long most = options.maxBytes() / (WINDOW_SHARE * engine.workers().count());
        int windowRows = RowWindow.suitableRows(engine, numbers, Math.min(rows, options.rowsPerBlock()), most);
        Needs needs = needs(windowRows, numbers);
        boolean fits = needs.fixed() + 2 * needs.query() <= options.maxBytes();
        return fits ? needs : needs(engine.tile(), numbers);
    }

    private Needs needs(int windowRows, long numbersPerRow) {
        Network network = model.network();
        int number = engine.compute().bytesPerNumber();
        int tile = engine.tile();
        long workers = engine.workers().count();
        long worker = tile * PassMemory.numbersPerExample(network)
                + windowRows * numbersPerRow
                + Directions.scratchNumbers(engine.compute(), network, network.parametricNodes(), tile, windowRows);
        // weights and a solver's vectors; what each worker holds; a direction and its products with the windows
        long fixed = parameters() * (number * (workers + 3) + 8L * Double.BYTES) + worker * workers * number;
        long query = solvers.get().bytesPerQuery(engine, network) + workers * windowRows * (number + 2L * Double.BYTES);
        return new Needs(windowRows, fixed, query);
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        QuerySolver solver = solvers.get();
        SortedMap<String, Truncation.Outcome> truncations = new TreeMap<>();
        MemoryPlan plan = plan(train.size(), queries.size());
        int windowRows = needs(train.size()).windowRows();
        try (Weights weights = Weights.of(engine.compute(), model)) {
            for (int from = 0; from < queries.size(); from += plan.queriesPerBlock()) {
                List<BlockRange> wanted = wanted(plan, from, sink);
                if (!wanted.isEmpty()) {
                    Dataset block = queries.select(range(from, wanted.get(0).queries()));
                    try (Directions answers = solver.directions(engine, model, weights, block)) {
                        options.truncation().ifPresent(cut -> truncate(answers, cut, truncations));
                        try (DirectionDots dots =
                                new DirectionDots(answers, engine, weights, Output.LOSS, windowRows)) {
                            for (BlockRange range : wanted) {
                                double[] scores = scores(dots, answers.count(), train, range);
                                BlockScorer.checkFinite(train, queries, range, scores);
                                sink.solved(solver.evidence().withTruncations(truncations));
                                sink.accept(new ScoreBlock(range, scores));
                            }
                        }
                    }
                }
            }
        }
        return provenance(solver, truncations);
    }

    private void truncate(
            Directions answers, Truncation truncation, SortedMap<String, Truncation.Outcome> truncations) {
        answers.truncate(truncation)
                .forEach((node, outcome) ->
                        truncations.merge(model.network().nodes().get(node).name(), outcome, Truncation.Outcome::or));
    }

    private static List<BlockRange> wanted(MemoryPlan plan, int queryFrom, ScoreSink sink) {
        return plan.blocks().stream()
                .filter(range -> range.queryFrom() == queryFrom && sink.wants(range))
                .toList();
    }

    private static double[] scores(DirectionDots blocks, int m, Dataset train, BlockRange range) {
        Dataset rows = train.select(range(range.rowFrom(), range.rows()));
        double[] dots = blocks.of(rows);
        double[] scores = new double[dots.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = dots[i % m * rows.size() + i / m];
        }
        return scores;
    }

    private Provenance provenance(QuerySolver solver, SortedMap<String, Truncation.Outcome> truncations) {
        return new Provenance(
                method(),
                List.of(new Provenance.UsedCheckpoint(0, 0, 1, 1)),
                solver.curvature(),
                solver.damping(),
                solver.layers(model.network()),
                solver.coveragePercent(),
                Provenance.Units.INNER_PRODUCT,
                engine.compute().name(),
                engine.compute().precision(),
                Provenance.Skipped.NONE,
                solver.evidence().withTruncations(truncations));
    }

    private int parameters() {
        return model.network().layout().length();
    }

    private static int[] range(int from, int count) {
        return IntStream.range(from, from + count).toArray();
    }
}
