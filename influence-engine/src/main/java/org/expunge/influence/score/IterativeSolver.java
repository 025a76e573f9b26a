package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.ParameterVector;
import org.expunge.influence.network.Network;
import org.expunge.influence.solver.SolveResult;

/** Solves a system for each query and keeps count of how the solves ended. */
final class IterativeSolver implements QuerySolver {
    private final CurvatureSystem system;
    private final SystemSolver solver;
    private int solves;
    private long products;
    private double largestResidual;
    private int unconverged;

    IterativeSolver(CurvatureSystem system, SystemSolver solver) {
        checkArgument(
                solver.takesPreconditioner() || system.preconditioner().isEmpty(),
                "%s takes no preconditioner, but the system has %s",
                solver,
                preconditioner(system));
        this.system = system;
        this.solver = solver;
    }

    @Override
    public String curvature() {
        return system.curvature().method();
    }

    @Override
    public int dimension() {
        return system.curvature().dimension();
    }

    @Override
    public double damping() {
        return system.damping();
    }

    @Override
    public List<String> layers(Network network) {
        return network.parametricNodes().stream()
                .map(node -> network.nodes().get(node).name())
                .toList();
    }

    @Override
    public double coveragePercent() {
        return 100;
    }

    @Override
    public SortedMap<String, String> inputs() {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put("curvature", curvature());
        inputs.put("curvature-rows", InputDigests.of(system.curvature().data()));
        inputs.put("curvature-l2", Double.toString(system.curvature().decay().l2()));
        inputs.put("damping", Double.toString(system.damping()));
        inputs.put("tolerance", Double.toString(system.options().relativeTolerance()));
        inputs.put("products", Integer.toString(system.options().maxProducts()));
        inputs.put("solver", solver.toString());
        inputs.put("preconditioner", preconditioner(system));
        system.preconditioner()
                .ifPresent(inverse ->
                        inverse.inputs().forEach((name, value) -> inputs.put("preconditioner-" + name, value)));
        return inputs;
    }

    private static String preconditioner(CurvatureSystem system) {
        return system.preconditioner().map(InverseCurvature::method).orElse("none");
    }

    @Override
    public double[] solve(double[] gradient) {
        return solveAll(new double[][] {gradient})[0];
    }

    @Override
    public double[][] solveAll(double[][] gradients) {
        List<ParameterVector> b =
                Arrays.stream(gradients).map(ParameterVector::of).toList();
        List<SolveResult> results = solver.solveAll(system, b);
        for (SolveResult result : results) {
            solves++;
            products += result.products();
            largestResidual = Math.max(largestResidual, result.relativeResidual());
            unconverged += result.isConverged() ? 0 : 1;
        }
        return results.stream().map(result -> result.solution().toArray()).toArray(double[][]::new);
    }

    @Override
    public long bytesPerQuery(Engine engine, Network network) {
        // beside the solver's vectors: the answer, and the operator's direction and sums, on the compute
        long numbers = engine.workers().count() + 2L;
        return network.layout().length()
                * ((long) solver.doublesPerParameter() * Double.BYTES
                        + numbers * engine.compute().bytesPerNumber());
    }

    @Override
    public Provenance.Inverse evidence() {
        return new Provenance.Inverse(
                new TreeMap<>(), preconditioner(system), solves, products, largestResidual, unconverged);
    }
}
