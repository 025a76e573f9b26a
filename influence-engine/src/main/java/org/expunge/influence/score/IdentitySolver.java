package org.expunge.influence.score;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.network.Network;

/** Leaves gradients as they are: the inner product. */
record IdentitySolver(int dimension) implements QuerySolver {
    @Override
    public String curvature() {
        return "identity";
    }

    @Override
    public double damping() {
        return 0;
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
        return new TreeMap<>();
    }

    @Override
    public double[] solve(double[] gradient) {
        return gradient.clone();
    }

    @Override
    public Provenance.Inverse evidence() {
        return Provenance.Inverse.NONE;
    }
}
