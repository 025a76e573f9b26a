package org.expunge.influence.testkit;

import java.util.Arrays;
import java.util.Random;
import org.expunge.influence.compute.cpu.CpuCompute;
import org.expunge.influence.curvature.LinearOperator;

/** A symmetric matrix written out, whose eigenvalues can be asked for. */
public final class SymmetricMatrix implements LinearOperator {
    private final double[][] entries;

    private SymmetricMatrix(double[][] entries) {
        this.entries = entries;
    }

    /** Writes a matrix down. */
    public static SymmetricMatrix of(double[][] entries) {
        return new SymmetricMatrix(entries);
    }

    /** Writes an operator down, product by product. */
    public static SymmetricMatrix of(LinearOperator operator) {
        int p = operator.dimension();
        double[][] entries = new double[p][p];
        for (int i = 0; i < p; i++) {
            double[] unit = new double[p];
            unit[i] = 1;
            operator.apply(unit, entries[i]);
        }
        return new SymmetricMatrix(entries);
    }

    /** Returns a diagonal matrix. */
    public static SymmetricMatrix diagonal(double... values) {
        double[][] entries = new double[values.length][values.length];
        for (int i = 0; i < values.length; i++) {
            entries[i][i] = values[i];
        }
        return new SymmetricMatrix(entries);
    }

    /** Returns independent normal entries of mean 0. */
    public static SymmetricMatrix wigner(int p, double deviation, long seed) {
        Random random = new Random(seed);
        double[][] entries = new double[p][p];
        for (int i = 0; i < p; i++) {
            for (int j = 0; j <= i; j++) {
                entries[i][j] = deviation * random.nextGaussian();
                entries[j][i] = entries[i][j];
            }
        }
        return new SymmetricMatrix(entries);
    }

    /** Returns the sum. */
    public SymmetricMatrix plus(SymmetricMatrix other) {
        double[][] sum = new double[entries.length][entries.length];
        for (int i = 0; i < sum.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[i][j] = entries[i][j] + other.entries[i][j];
            }
        }
        return new SymmetricMatrix(sum);
    }

    /** Returns {@code factor · A + shift · I}. */
    public SymmetricMatrix combined(double factor, double shift) {
        double[][] result = new double[entries.length][];
        for (int i = 0; i < result.length; i++) {
            result[i] = Arrays.stream(entries[i]).map(v -> factor * v).toArray();
            result[i][i] += shift;
        }
        return new SymmetricMatrix(result);
    }

    /** Returns the squared Frobenius norm of the difference. */
    public double distanceTo(SymmetricMatrix other) {
        double sum = 0;
        for (int i = 0; i < entries.length; i++) {
            for (int j = 0; j < entries.length; j++) {
                double d = entries[i][j] - other.entries[i][j];
                sum += d * d;
            }
        }
        return sum;
    }

    /** Returns the eigenvalues, ascending. */
    public double[] eigenvalues() {
        double[] flat = Arrays.stream(entries).flatMapToDouble(Arrays::stream).toArray();
        try (CpuCompute compute = new CpuCompute()) {
            return compute.eigen().decompose(entries.length, flat);
        }
    }

    @Override
    public int dimension() {
        return entries.length;
    }

    @Override
    public void apply(double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = 0;
            for (int j = 0; j < x.length; j++) {
                y[i] += entries[i][j] * x[j];
            }
        }
    }
}
