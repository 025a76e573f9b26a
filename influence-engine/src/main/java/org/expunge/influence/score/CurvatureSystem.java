package org.expunge.influence.score;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;
import org.expunge.influence.curvature.InverseCurvature;
import org.expunge.influence.curvature.LossOperator;
import org.expunge.influence.solver.ConjugateGradient;

/**
 * A curvature known by its products, and how systems in it are solved.
 *
 * @param curvature C, of the mean loss over its own rows; stays the caller's to close
 * @param damping λ in {@code (C + λI)⁻¹}, at least 0 and finite
 * @param preconditioner near {@code (C + λI)⁻¹}, or nothing
 * @param options when a solve stops
 */
public record CurvatureSystem(
        LossOperator curvature,
        double damping,
        Optional<InverseCurvature> preconditioner,
        ConjugateGradient.Options options) {
    /** Checks the damping. */
    public CurvatureSystem {
        checkArgument(damping >= 0 && Double.isFinite(damping), "damping must be 0 or more, got %s", damping);
    }

    /** A system solved by plain conjugate gradients. */
    public CurvatureSystem(LossOperator curvature, double damping, ConjugateGradient.Options options) {
        this(curvature, damping, Optional.empty(), options);
    }

    /** Returns the same system, preconditioned. */
    public CurvatureSystem preconditionedBy(InverseCurvature inverse) {
        return new CurvatureSystem(curvature, damping, Optional.of(inverse), options);
    }
}
