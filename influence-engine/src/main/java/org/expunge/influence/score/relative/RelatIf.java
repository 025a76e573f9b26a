package org.expunge.influence.score.relative;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.network.Model;
import org.expunge.influence.score.BlockRange;
import org.expunge.influence.score.Estimator;
import org.expunge.influence.score.InfluenceFunction;
import org.expunge.influence.score.MemoryPlan;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.score.ScoreBlock;
import org.expunge.influence.score.ScoreSink;

/**
 * Influence relative to what a row does to the whole model: {@code g_qᵀ C⁻¹ g_i} divided by the length of row i's step
 * ({@link Norm#PARAMETERS}) or by the root of its self-influence ({@link Norm#LOSS}). Rows with large losses no longer
 * top every list.
 *
 * <p><b>Shapes.</b> m queries × n training rows.
 *
 * <p><b>Units.</b> A ranking within a query's row: loss per parameter unit, or root of loss. Rows whose norm is 0 score
 * 0.
 *
 * <p><b>Cost.</b> That of {@link InfluenceFunction}, and one inverse product or solve a training row.
 *
 * <p><b>Source.</b> E. Barshan, M. Brunet and G. K. Dziugaite, "RelatIF: Identifying Explanatory Training Samples via
 * Relative Influence", AISTATS 2020, equations 5 and 7.
 */
public final class RelatIf implements Estimator {
    /** What a score is relative to. */
    public enum Norm {
        /** {@code ‖C⁻¹ g_i‖₂}: θ-relative. */
        PARAMETERS,
        /** {@code √(g_iᵀ C⁻¹ g_i)}: ℓ-relative. */
        LOSS
    }

    private final Engine engine;
    private final Model model;
    private final Supplier<QuerySolver> solvers;
    private final Norm norm;
    private final InfluenceFunction.Options options;
    private final long tileBytes;
    private final InfluenceFunction influence;

    /**
     * Scores at one model.
     *
     * @param engine where to compute
     * @param model the model
     * @param solvers gives a new solver for each run
     * @param norm what scores are relative to
     * @param options how to cut the work
     * @throws IllegalArgumentException if the memory allowed does not hold a tile's gradients
     */
    public RelatIf(
            Engine engine, Model model, Supplier<QuerySolver> solvers, Norm norm, InfluenceFunction.Options options) {
        this.engine = engine;
        this.model = model;
        this.solvers = solvers;
        this.norm = norm;
        this.options = options;
        this.tileBytes = RowEffects.tileBytes(engine, model.network());
        checkArgument(
                options.maxBytes() > tileBytes,
                "relative scores hold %s bytes for the gradients of a tile of %s rows but maxBytes is %s; raise it, or use"
                        + " a smaller tile",
                tileBytes,
                engine.tile(),
                options.maxBytes());
        this.influence = new InfluenceFunction(
                engine,
                model,
                solvers,
                new InfluenceFunction.Options(options.maxBytes() - tileBytes, options.rowsPerBlock()));
    }

    @Override
    public String method() {
        return norm == Norm.LOSS ? "relatif-loss" : "relatif-parameters";
    }

    @Override
    public SortedMap<String, String> inputs() {
        return new TreeMap<>(influence.inputs());
    }

    @Override
    public MemoryPlan plan(int rows, int queries) {
        MemoryPlan plan = influence.plan(rows, queries);
        return new MemoryPlan(
                rows,
                queries,
                plan.rowsPerBlock(),
                plan.queriesPerBlock(),
                plan.keepsQueries(),
                plan.modelBytes() + tileBytes,
                plan.queryBytes(),
                plan.sumBytes(),
                options.maxBytes());
    }

    @Override
    public Provenance stream(Dataset train, Dataset queries, ScoreSink sink) throws IOException {
        double[] norms = new double[train.size()];
        Arrays.fill(norms, Double.NaN);
        QuerySolver solver = solvers.get();
        ScoreSink divided = new ScoreSink() {
            private Provenance.Inverse queries = Provenance.Inverse.NONE;

            @Override
            public boolean wants(BlockRange range) {
                return sink.wants(range);
            }

            @Override
            public void accept(ScoreBlock block) throws IOException {
                fillNorms(solver, train, block.range(), norms);
                sink.solved(queries.and(solver.evidence()));
                sink.accept(divided(block, norms));
            }

            @Override
            public void solved(Provenance.Inverse soFar) {
                queries = soFar;
            }
        };
        Provenance provenance = influence.stream(train, queries, divided);
        return provenance
                .withMethod(method())
                .withUnits(Provenance.Units.RELATIVE)
                .withInverse(provenance.inverse().and(solver.evidence()));
    }

    /** Computes the norms of a block's rows unless an earlier block of queries has. */
    private void fillNorms(QuerySolver solver, Dataset train, BlockRange range, double[] norms) {
        if (!Double.isNaN(norms[range.rowFrom()])) {
            return;
        }
        int[] rows =
                IntStream.range(range.rowFrom(), range.rowFrom() + range.rows()).toArray();
        RowEffects effects = RowEffects.of(engine, model, solver, train.select(rows));
        double[] found = norm == Norm.LOSS
                ? Arrays.stream(effects.selfInfluence())
                        .map(value -> Math.sqrt(Math.max(0, value)))
                        .toArray()
                : effects.steps();
        for (int i = 0; i < found.length; i++) {
            int row = range.rowFrom() + i;
            checkArgument(Double.isFinite(found[i]), "the norm of row %s is %s", (Object) row, found[i]);
        }
        System.arraycopy(found, 0, norms, range.rowFrom(), found.length);
    }

    private static ScoreBlock divided(ScoreBlock block, double[] norms) {
        BlockRange range = block.range();
        double[] scores = new double[range.rows() * range.queries()];
        for (int r = 0; r < range.rows(); r++) {
            double size = norms[range.rowFrom() + r];
            for (int q = 0; q < range.queries(); q++) {
                scores[r * range.queries() + q] = size > 0 ? block.score(q, r) / size : 0;
            }
        }
        return new ScoreBlock(range, scores);
    }
}
