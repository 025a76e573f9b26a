package org.expunge.influence.gradient;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.SplittableRandom;

/**
 * A {@code k × p} matrix P that shortens gradients and keeps their products: {@code E⟨P u, P v⟩ = ⟨u, v⟩}. It is never
 * held whole: row r follows from the seed and r alone, on every backend and machine.
 *
 * <p><b>Accuracy.</b> The variance of {@code ⟨P u, P v⟩} is {@code (‖u‖² ‖v‖² + ⟨u, v⟩²) / k} with Gaussian entries,
 * and less by {@code 2 Σ_j u_j² v_j² / k} with signs. Entries are {@code 1/√k} times a number of variance 1; the
 * projected vectors are not normalised.
 *
 * <p><b>Cost.</b> A row of signs takes a random word for 64 entries; a Gaussian one a logarithm and a cosine for two.
 *
 * <p><b>Source.</b> D. Achlioptas, "Database-friendly random projections", PODS 2001, for signs; G. E. P. Box and M. E.
 * Muller, "A Note on the Generation of Random Normal Deviates", Ann. Math. Statist. 29(2), 1958, with strict
 * arithmetic.
 *
 * @param kind how entries are drawn
 * @param dimensions k, at least 1; p for {@link Kind#IDENTITY}
 * @param seed decides the entries
 */
public record Projection(Kind kind, int dimensions, long seed) {
    /** Spreads the rows' seeds; any odd number with mixed bits. */
    private static final long ROW_GAMMA = 0xd1b54a32d192ed03L;

    /** How entries are drawn. */
    public enum Kind {
        /** {@code ±1/√k}. */
        RADEMACHER,
        /** {@code N(0, 1/k)}. */
        GAUSSIAN,
        /** Nothing is drawn: P = I. */
        IDENTITY
    }

    /** Checks the dimensions. */
    public Projection {
        checkArgument(dimensions >= 1, "dimensions must be at least 1, got %s", dimensions);
    }

    /** Returns random signs. */
    public static Projection signs(int dimensions, long seed) {
        return new Projection(Kind.RADEMACHER, dimensions, seed);
    }

    /** Returns the identity on {@code parameters} numbers. */
    public static Projection identity(int parameters) {
        return new Projection(Kind.IDENTITY, parameters, 0);
    }

    /** Returns the same kind and size with another seed, of the sequence that this seed starts. */
    public Projection next(int index) {
        return new Projection(kind, dimensions, new SplittableRandom(seed + index).nextLong());
    }

    /**
     * Returns a row of P.
     *
     * @param row in [0, k)
     * @param parameters p
     */
    public double[] direction(int row, int parameters) {
        checkArgument(row >= 0 && row < dimensions, "row %s is not among %s", row, dimensions);
        double[] direction = new double[parameters];
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed + ROW_GAMMA * row).nextLong());
        switch (kind) {
            case RADEMACHER -> fillWithSigns(direction, random);
            case GAUSSIAN -> fillWithGaussians(direction, random);
            case IDENTITY -> {
                checkArgument(
                        dimensions == parameters, "the identity of %s does not fit %s numbers", dimensions, parameters);
                direction[row] = 1;
            }
        }
        return direction;
    }

    private void fillWithSigns(double[] direction, SplittableRandom random) {
        double size = 1 / Math.sqrt(dimensions);
        long bits = 0;
        for (int j = 0; j < direction.length; j++) {
            bits = j % Long.SIZE == 0 ? random.nextLong() : bits >>> 1;
            direction[j] = (bits & 1) == 0 ? size : -size;
        }
    }

    /** Uniforms are formed from the words themselves: how {@code nextGaussian} draws differs between Java versions. */
    private void fillWithGaussians(double[] direction, SplittableRandom random) {
        double size = 1 / Math.sqrt(dimensions);
        for (int j = 0; j < direction.length; j += 2) {
            double radius = size * Math.sqrt(-2 * StrictMath.log(uniform(random)));
            double angle = 2 * Math.PI * uniform(random);
            direction[j] = radius * StrictMath.cos(angle);
            if (j + 1 < direction.length) {
                direction[j + 1] = radius * StrictMath.sin(angle);
            }
        }
    }

    /** In (0, 1), in steps of 2⁻⁵³. */
    private static double uniform(SplittableRandom random) {
        return ((random.nextLong() >>> 11) + 0.5) * 0x1p-53;
    }
}
