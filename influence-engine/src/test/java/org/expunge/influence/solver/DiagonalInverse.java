package org.expunge.influence.solver;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.expunge.influence.curvature.InverseCurvature;

/** Multiplies entry i by a number of its own. */
final class DiagonalInverse implements InverseCurvature {
    private final double[] values;

    DiagonalInverse(double[] values) {
        this.values = values;
    }

    @Override
    public String method() {
        return "diagonal";
    }

    @Override
    public int dimension() {
        return values.length;
    }

    @Override
    public double coveragePercent() {
        return 100;
    }

    @Override
    public SortedMap<String, Double> dampings() {
        return new TreeMap<>();
    }

    @Override
    public SortedMap<String, String> inputs() {
        return new TreeMap<>();
    }

    @Override
    public void apply(double[] v, double[] to) {
        Arrays.setAll(to, i -> values[i] * v[i]);
    }

    @Override
    public void precondition(double[] v, double[] to) {
        apply(v, to);
    }
}
