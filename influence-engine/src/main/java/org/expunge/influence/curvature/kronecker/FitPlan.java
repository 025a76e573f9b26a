package org.expunge.influence.curvature.kronecker;

import java.util.Locale;
import org.expunge.influence.compute.Engine;
import org.expunge.influence.network.Network;
import org.expunge.influence.network.PassMemory;

/**
 * The memory that fitting {@link Kfac} or {@link Ekfac} takes at most, known before the run.
 *
 * @param bufferBytes where the compute works: weights, what passes hold, and each worker's products and sums
 * @param hostBytes in arrays: totals, factors and their eigenvectors
 */
public record FitPlan(long bufferBytes, long hostBytes) {
    /** Arrays of LAPACK's divide and conquer, in squares of the side. */
    private static final int WORKSPACE = 3;

    /**
     * Plans.
     *
     * @param engine where the fit runs
     * @param network the network
     */
    public static FitPlan of(Engine engine, Network network) {
        int tile = engine.tile();
        long covariances = 0;
        long rotations = 0;
        long sums = 0;
        long eigenvalues = 0;
        long side = 0;
        for (KroneckerShape shape : KroneckerShape.of(network)) {
            long columns = shape.columns();
            long outputs = shape.outputs();
            long squares = columns * columns + outputs * outputs;
            long most = Math.max(columns, outputs);
            long windows = ColumnWindow.numbers(columns, tile) + ColumnWindow.numbers(outputs, tile);
            covariances += most * most + windows + (columns + outputs) * tile;
            rotations += squares
                    + columns
                    + (shape.isFactored(network)
                            ? windows + ColumnWindow.numbers(columns, tile) + 2 * outputs * tile + shape.length()
                            : (long) shape.length() * tile + 1);
            sums += squares + 1;
            eigenvalues += shape.length();
            side = Math.max(side, most);
        }
        long workers = engine.workers().count();
        long passes = network.layout().length() + workers * tile * PassMemory.numbersPerExample(network);
        long buffers = passes + workers * Math.max(covariances, rotations);
        long decompositions = 4 * sums + eigenvalues + WORKSPACE * side * side;
        long second = 2 * sums + 4 * eigenvalues;
        return new FitPlan(
                buffers * engine.compute().bytesPerNumber() + workers * Math.max(sums, eigenvalues) * Double.BYTES,
                Math.max(decompositions, second) * Double.BYTES);
    }

    /** Returns the bytes in use at once, at most. */
    public long totalBytes() {
        return bufferBytes + hostBytes;
    }

    /** Returns the plan in one line, to be shown before the run. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "factors take at most %.1f MiB: buffers %.1f, sums and eigenvectors %.1f",
                mebibytes(totalBytes()),
                mebibytes(bufferBytes),
                mebibytes(hostBytes));
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
