package org.expunge.influence.score;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.kronecker.KroneckerInverse;
import org.expunge.influence.data.Dataset;
import org.expunge.influence.gradient.Directions;
import org.expunge.influence.network.Model;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.Weights;

/** Applies an inverse that is there. */
record ClosedForm(InverseCurvature inverse) implements QuerySolver {
    @Override
    public String curvature() {
        return inverse.method();
    }

    @Override
    public int dimension() {
        return inverse.dimension();
    }

    @Override
    public double damping() {
        return inverse.dampings().values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
    }

    @Override
    public List<String> layers(Network network) {
        Map<String, Double> dampings = inverse.dampings();
        return network.parametricNodes().stream()
                .map(node -> network.nodes().get(node).name())
                .filter(dampings::containsKey)
                .toList();
    }

    @Override
    public double coveragePercent() {
        return inverse.coveragePercent();
    }

    @Override
    public SortedMap<String, String> inputs() {
        return inverse.inputs();
    }

    @Override
    public double[] solve(double[] gradient) {
        double[] answer = new double[gradient.length];
        inverse.apply(gradient, answer);
        return answer;
    }

    @Override
    public double[][] solveAll(double[][] gradients) {
        double[][] answers = new double[gradients.length][dimension()];
        inverse.applyAll(gradients, answers);
        return answers;
    }

    @Override
    public Directions directions(Engine engine, Model model, Weights weights, Dataset queries) {
        return inverse instanceof KroneckerInverse kronecker
                ? kronecker.directions(engine, weights, queries)
                : QuerySolver.super.directions(engine, model, weights, queries);
    }

    @Override
    public long bytesPerQuery(Engine engine, Network network) {
        return inverse instanceof KroneckerInverse kronecker
                ? kronecker.bytesPerQuery(engine)
                : QuerySolver.super.bytesPerQuery(engine, network);
    }

    @Override
    public Provenance.Inverse evidence() {
        return new Provenance.Inverse(inverse.dampings(), "none", 0, 0, 0, 0);
    }
}
