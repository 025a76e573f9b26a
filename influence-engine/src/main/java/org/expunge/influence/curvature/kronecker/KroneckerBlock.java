package org.expunge.influence.curvature.kronecker;

import java.util.Arrays;
import org.expunge.influence.compute.Buffer;
import org.expunge.influence.compute.Compute;
import org.expunge.influence.gradient.EigenBasis;

/**
 * {@code V ↦ Q_S [(Q_Sᵀ V Q_A) ⊘ (Λ + λ)] Q_Aᵀ} of one layer: what {@link KroneckerStack} multiplies by. On the compute
 * are λ / (Λ + λ), which a float holds however small λ is.
 */
final class KroneckerBlock implements AutoCloseable {
    private final KroneckerShape shape;
    private final EigenvectorBuffers vectors;
    private final double damping;
    private final Buffer shares;

    KroneckerBlock(Compute compute, KroneckerBasis basis, double[] eigenvalues, double damping) {
        this.shape = basis.shape();
        this.vectors = new EigenvectorBuffers(compute, basis);
        this.damping = damping;
        this.shares = compute.of(Arrays.stream(eigenvalues)
                .map(value -> damping / (value + damping))
                .toArray());
    }

    KroneckerShape shape() {
        return shape;
    }

    /** Returns the eigenvectors. */
    EigenvectorBuffers vectors() {
        return vectors;
    }

    /** Returns λ / (Λ + λ), row by row. */
    Buffer shares() {
        return shares;
    }

    double damping() {
        return damping;
    }

    /** Returns this matrix times λ, in its eigenbasis. */
    EigenBasis basis() {
        return new EigenBasis(vectors.outputs(), vectors.all(), shares);
    }

    @Override
    public void close() {
        vectors.close();
        shares.close();
    }
}
