package org.expunge.influence.score.automatic;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LinearOperator;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.evaluate.RankMetrics;
import org.expunge.influence.gradient.PerExample;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.score.CurvatureSystem;
import org.expunge.influence.score.InputDigests;
import org.expunge.influence.score.Provenance;
import org.expunge.influence.score.QuerySolver;
import org.expunge.influence.solver.ConjugateGradient;
import org.expunge.influence.solver.RankStability;
import org.expunge.influence.solver.SolveResult;

/** Solves for each query until the ranks of a sample of rows settle. */
final class SettlingSolver implements QuerySolver {
    private final PerExample perExample;
    private final Model model;
    private final CurvatureSystem system;
    private final Dataset sample;
    private final String reason;
    private final RankStability.Options stability;
    private final QuerySolver described;
    private final LinearOperator damped;
    private final ConjugateGradient solver;
    private Provenance.Inverse evidence;

    SettlingSolver(
            Engine engine,
            Model model,
            CurvatureSystem system,
            Dataset sample,
            String reason,
            RankStability.Options stability) {
        this.perExample = new PerExample(engine);
        this.model = model;
        this.system = system;
        this.sample = sample;
        this.reason = reason;
        this.stability = stability;
        this.described = QuerySolver.of(system);
        this.damped = system.curvature().damped(system.damping());
        this.solver = new ConjugateGradient(system.options());
        this.evidence = new Provenance.Inverse(new TreeMap<>(), preconditioner(), 0, 0, 0, 0, choices());
    }

    private String preconditioner() {
        return system.preconditioner().map(InverseCurvature::method).orElse("none");
    }

    private SortedMap<String, String> choices() {
        SortedMap<String, String> choices = new TreeMap<>();
        choices.put("damping", String.format(Locale.ROOT, "%.6g: %s", system.damping(), reason));
        choices.put("preconditioner", preconditioner());
        choices.put(
                "end-of-solves",
                String.format(
                        Locale.ROOT,
                        "ranks of %d rows agree to %s, looked at every %d products, %d times in a row",
                        sample.size(),
                        stability.agreement(),
                        stability.every(),
                        stability.patience()));
        return choices;
    }

    @Override
    public String curvature() {
        return described.curvature();
    }

    @Override
    public int dimension() {
        return described.dimension();
    }

    @Override
    public double damping() {
        return described.damping();
    }

    @Override
    public List<String> layers(Network network) {
        return described.layers(network);
    }

    @Override
    public double coveragePercent() {
        return described.coveragePercent();
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>(described.inputs());
        inputs.put("stability", stability.toString());
        inputs.put("stability-rows", InputDigests.of(sample));
        return inputs;
    }

    @Override
    public long bytesPerQuery(Engine engine, Network network) {
        // an iterate on the compute beside it, to be looked at
        return described.bytesPerQuery(engine, network)
                + (long) network.layout().length() * engine.compute().bytesPerNumber();
    }

    @Override
    public double[] solve(double[] gradient) {
        return solveAll(new double[][] {gradient})[0];
    }

    @Override
    public double[][] solveAll(double[][] gradients) {
        List<ParameterVector> b =
                Arrays.stream(gradients).map(ParameterVector::of).toList();
        RankStability rule = new RankStability(stability, this::scores, SettlingSolver::agreement);
        List<SolveResult> results = system.preconditioner()
                .map(inverse -> solver.solveAll(damped, b, inverse, rule))
                .orElseGet(() -> solver.solveAll(damped, b, rule));
        for (SolveResult result : results) {
            evidence = evidence.and(new Provenance.Inverse(
                    new TreeMap<>(),
                    preconditioner(),
                    1,
                    result.products(),
                    result.relativeResidual(),
                    result.isConverged() ? 0 : 1));
        }
        return results.stream().map(result -> result.solution().toArray()).toArray(double[][]::new);
    }

    private double[][] scores(double[][] iterates) {
        return perExample.dots(model, sample, Arrays.asList(iterates));
    }

    /** Scores that are all equal have no ranks: such a solve goes on to its tolerance. */
    private static double agreement(double[] before, double[] now) {
        double spearman = before.length < 2 ? Double.NaN : RankMetrics.spearman(before, now);
        return Double.isNaN(spearman) ? -1 : spearman;
    }

    @Override
    public Provenance.Inverse evidence() {
        return evidence;
    }
}
